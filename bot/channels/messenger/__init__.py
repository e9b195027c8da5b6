"""Facebook Messenger, and the comments and posts on a page that can be answered there in private."""
