// Entry of every page behind the login. All pages work without it; with it they follow what happens.
import { once } from "./forms.js";
import { follow } from "./live.js";
import { guard } from "./session.js";

once();
guard();
follow();
