"""The emergency answer of the last resort, for the day on which content, models or database fail.

Depends on nothing but the vocabulary. The texts name only what is true of every deployment.
"""

from dataclasses import replace
from datetime import datetime

from bot.message import CaseRequest, Dialogue, Lane, Level, Outcome, Reason, Reply, Severity

_TEXTS = {
    "de": (
        "Das ist kein Notruf-Kanal. Nachrichten werden hier nicht sofort gelesen. Rufen Sie jetzt an: 110 (Polizei) "
        "oder 112 (Feuerwehr, Rettungsdienst). Der Anruf ist kostenlos."
    ),
    "leicht": (
        "Hier ist kein Notruf.\nSind Sie in Gefahr?\nOder braucht jemand sofort Hilfe?\nDann rufen Sie jetzt an:\n"
        "110. Das ist die Polizei.\n112. Das ist die Feuer-Wehr und der Rettungs-Dienst.\nDer Anruf kostet nichts."
    ),
    "en": (
        "This is not an emergency channel. Messages here are not read right away. Call now: 110 (police) "
        "or 112 (fire, ambulance). The call is free."
    ),
    "tr": (
        "Burası acil çağrı kanalı değildir. Mesajlar hemen okunmaz. Hemen arayın: 110 (polis) "
        "veya 112 (itfaiye, ambulans). Arama ücretsizdir."
    ),
    "uk": (
        "Це не канал для екстрених викликів. Повідомлення тут не читають одразу. Телефонуйте зараз: 110 (поліція) "
        "або 112 (пожежна служба, швидка допомога). Дзвінок безкоштовний."
    ),
    "ru": (
        "Это не канал экстренного вызова. Сообщения здесь читают не сразу. Звоните сейчас: 110 (полиция) "
        "или 112 (пожарная служба, скорая помощь). Звонок бесплатный."
    ),
    "ar": (
        "هذه ليست قناة للطوارئ. لا تُقرأ الرسائل هنا فورًا. اتصل الآن: \u2066110\u2069 (الشرطة) "
        "أو \u2066112\u2069 (الإطفاء والإسعاف). المكالمة مجانية."
    ),
    "pl": (
        "To nie jest kanał alarmowy. Wiadomości nie są tu czytane od razu. Proszę zadzwonić teraz: 110 (policja) "
        "lub 112 (straż pożarna, pogotowie ratunkowe). Połączenie jest bezpłatne."
    ),
    "fr": (
        "Ce canal n'est pas un service d'urgence. Les messages n'y sont pas lus tout de suite. Appelez maintenant : "
        "110 (police) ou 112 (pompiers, ambulance). L'appel est gratuit."
    ),
    "es": (
        "Este no es un canal de emergencias. Los mensajes no se leen de inmediato. Llame ahora: 110 (policía) "
        "o 112 (bomberos, ambulancia). La llamada es gratuita."
    ),
    "ro": (
        "Acesta nu este un canal de urgență. Mesajele nu sunt citite imediat. Sunați acum: 110 (poliția) "
        "sau 112 (pompieri, ambulanță). Apelul este gratuit."
    ),
    "fa": (
        "این کانال برای موارد اضطراری نیست. پیام‌ها فوراً خوانده نمی‌شوند. همین حالا تماس بگیرید: "
        "\u2066110\u2069 (پلیس) یا \u2066112\u2069 (آتش‌نشانی، اورژانس). تماس رایگان است."
    ),
}


def emergency_text(language: str) -> str:
    """The built-in text; in German and English where the language has none of its own."""
    text = _TEXTS.get(language) or _TEXTS.get(language.partition("-")[0].lower())
    return text or f"{_TEXTS['de']}\n\n{_TEXTS['en']}"


def last_resort(language: str, now: datetime, dialogue: Dialogue) -> Outcome:
    """The numbers in the citizen's language, and a case: people must look, because the program could not."""
    spoken = language if language in _TEXTS else "de"
    return Outcome(
        level=Level.UNKNOWN,
        replies=(Reply(emergency_text(language), spoken, lane=Lane.EMERGENCY),),
        dialogue=replace(dialogue, pending=(), recent=tuple(one for one in dialogue.recent if one.at <= now)),
        language=spoken,
        case=CaseRequest(Severity.RAISED, "fault"),
        reasons=(
            Reason("fault", "Störung: Die Nachricht konnte nicht beurteilt werden; eingebaute Notfallantwort."),
        ),
    )
