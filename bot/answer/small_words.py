"""Words that say nothing, or little, by themselves; by language, folded."""

from collections.abc import Mapping

from bot.text.fold import fold


def _folded(texts: Mapping[str, str]) -> frozenset[str]:
    return frozenset(word for text in texts.values() for word in fold(text).split())


AGAIN = _folded(
    {
        "de": """link nummer telefonnummer telefon adresse mail webseite seite url dafür dazu nochmal nochmals
            wiederholen
            noch einmal bitte wie war das welche genau""",
        "en": "number phone address again that it repeat website page",
        "tr": """link linki bağlantı bağlantıyı numara numarası numarayı telefon telefonu adres adresi tekrar yine
            bir daha""",
        "uk": "посилання лінк номер телефон телефону адреса адресу сайт ще раз знову повторіть повторити це його",
        "ru": "ссылка ссылку линк номер телефон телефона адрес сайт ещё раз снова повторите повторить это его",
        "ar": "رابط الرابط رقم الرقم هاتف الهاتف عنوان العنوان موقع الموقع مرة أخرى ثانية كرر تكرار ذلك",
        "pl": """link linka linku numer telefon telefonu adres strona stronę jeszcze raz znowu powtórz powtórzyć to
            tego""",
    }
)
"""What asks for the last thing once more: "the link for that", "again please"."""
SMALL = _folded(
    {
        "de": """und ok okay dann den die das der bitte gib mir ich brauche haben sie hast du mal wo ist denn für von
            gut ja
            danke also schick schicken ein""",
        "en": "and the please then give me send for of what is was can you have so",
        "tr": """ve peki tamam o zaman lütfen bana ver verin verir misiniz misin gönder gönderin atar nerede için ne
            de da mı""",
        "uk": """і й та а добре тоді будь ласка дай дайте мені надішли надішліть скинь скиньте де для який яка яке
            можна ок""",
        "ru": """и а ну хорошо тогда пожалуйста дай дайте мне пришли пришлите скинь скиньте где для какой какая какое
            можно ок""",
        "ar": "و طيب حسنا إذن من فضلك لو سمحت أعطني اعطيني أرسل ارسل لي أين وين ما هو هي هل ممكن",
        "pl": """i a no dobrze dobra to wtedy proszę daj dajcie mi wyślij wyślijcie podaj gdzie dla jaki jaka jakie
            można ok""",
    }
)
PLACE = _folded(
    {
        "de": """in im aus bei beim für nach von vom um nahe raum stadt gemeinde ort kreis landkreis lk nein nee doch
            meine
            meinte wohne wohnen komme lebe mein uns hier ne postleitzahl plz an am auf zu""",
        "en": "no i im live from in near at mean it",
        "tr": "da de ta te yakınında oturuyorum hayır",
        "uk": "в у з біля живу ні я",
        "ru": "в во из возле около живу нет я",
        "ar": "في من قرب أسكن اسكن لا أنا",
        "pl": "w we z koło blisko mieszkam nie ja",
    }
)
"""Words that only lead to a place."""
ORDINALS: tuple[frozenset[str], ...] = (
    _folded(
        {
            "de": "1 eins erste erster erstes ersten",
            "en": "one first",
            "tr": "bir birinci birincisi ilk",
            "uk": "один перший перша перше",
            "ru": "один первый первая первое",
            "ar": "واحد الأول الأولى",
            "pl": "jeden pierwszy pierwsza pierwsze pierwszą",
        }
    ),
    _folded(
        {
            "de": "2 zwei zweite zweiter zweites zweiten",
            "en": "two second",
            "tr": "iki ikinci ikincisi",
            "uk": "два другий друга друге другу",
            "ru": "два второй вторая второе вторую",
            "ar": "اثنان اثنين الثاني الثانية",
            "pl": "dwa drugi druga drugie drugą",
        }
    ),
    _folded(
        {
            "de": "3 drei dritte dritter drittes dritten",
            "en": "three third",
            "tr": "üç üçüncü üçüncüsü",
            "uk": "три третій третя третє третю",
            "ru": "три третий третья третье третью",
            "ar": "ثلاثة الثالث الثالثة",
            "pl": "trzy trzeci trzecia trzecie trzecią",
        }
    ),
    _folded(
        {
            "de": "4 vier vierte vierter viertes vierten",
            "en": "four fourth",
            "tr": "dört dördüncü dördüncüsü",
            "uk": "чотири четвертий четверта четверте четверту",
            "ru": "четыре четвёртый четвёртая четвёртое четвёртую",
            "ar": "أربعة الرابع الرابعة",
            "pl": "cztery czwarty czwarta czwarte czwartą",
        }
    ),
)
"""How the first four of a list are named."""
BESIDE_A_CHOICE = _folded(
    {
        "de": "die der das den nummer nr bitte option antwort ich meine nehme wähle also ja",
        "en": "the number no please one answer i choose mean ok yes",
        "tr": "numara lütfen evet seçenek",
        "uk": "номер будь ласка так варіант",
        "ru": "номер пожалуйста да вариант",
        "ar": "رقم من فضلك نعم الخيار",
        "pl": "numer proszę tak opcja",
    }
)
