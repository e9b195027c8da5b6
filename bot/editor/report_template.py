"""The report's page. A module, not a file beside it: the program then carries it wherever it is installed."""

TEMPLATE = """\
{% macro cell(one) %}
<td><span class="value">{{ one|percent }}</span>
<span class="range">{% if one.total %}{{ one.hits }} von {{ one.total }}<br>{{ one|range }}{% endif %}</span></td>
{% endmacro %}
{% macro said(one) %}
„<bdi{% if one.line.language|tag %} lang="{{ one.line.language|tag }}"{% endif %}>{{ one.line.text }}</bdi>“
<span class="where">{{ one.line.source }}{% if one.line.language %}, {{ one.line.language }}{% endif %}</span>
{% endmacro %}
{% macro named(name) %}
{{ found.titles.get(name, name) }}{% if name in found.titles %} <span class="where">{{ name }}</span>{% endif %}
{% endmacro %}
{% macro candidate(one) %}
{% if one %}
<span class="value">{{ one|chance }}</span>{{ named(one.intent) }}
{% else %}–{% endif %}
{% endmacro %}
{% macro shown(lines) %}
{% if lines|length > most %}<p>Gezeigt werden {{ most }} von {{ lines|length }}.
Alle stehen in der Ausgabe von <code>lotse evaluate --json</code>.</p>{% endif %}
{% endmacro %}
{% macro table(id) %}
<div class="scroll" role="region" tabindex="0" aria-labelledby="{{ id }}">
<table>
{{ caller() }}
</table>
</div>
{% endmacro %}
<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{{ digest }}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Wie gut versteht der Bot? Bericht vom {{ found.at.strftime("%d.%m.%Y") }}</title>
<style>{{ style|safe }}</style>
</head>
<body>
<header>
<h1>Wie gut versteht der Bot?</h1>
<p>Bericht von <code>lotse evaluate</code> über die Erkennung von Gefahr und Anliegen.</p>
<dl>
<dt>Gemessen am</dt><dd>{{ found.at.strftime("%d.%m.%Y um %H:%M UTC") }}</dd>
<dt>Stand der Inhalte</dt><dd>{{ found.version[:12] or "–" }}</dd>
<dt>Gespielt</dt><dd>{{ found.played|length }} Nachrichten ({{ texts }} verschiedene Zeilen)</dd>
<dt>Zeit je Nachricht</dt><dd>{{ (found.seconds(0.5) * 1000)|number(1) }} Millisekunden;
99 von 100 brauchen höchstens {{ (found.seconds(0.99) * 1000)|number(1) }} (auf diesem Rechner)</dd>
</dl>
<nav aria-label="Inhalt">
<ul>
<li><a href="#was">Was gemessen wurde</a></li>
<li><a href="#ergebnis">Das Ergebnis auf einen Blick</a></li>
<li><a href="#gefahr">Gefahr</a></li>
<li><a href="#anliegen">Anliegen</a></li>
<li><a href="#lesen">Wie die Zahlen zu lesen sind</a></li>
</ul>
</nav>
</header>
<main>
<h2 id="was">Was gemessen wurde</h2>
<p>Der Bot lernt aus Beispielsätzen. Hier wurde er mit anderen Sätzen geprüft: mit Zeilen, aus denen er
<strong>nichts gelernt</strong> hat. Jede Zeile wurde ihm so geschickt, wie ein Mensch sie als erste Nachricht
schreibt. Gezählt wird, was der Mensch als Antwort gelesen hätte.</p>
<ul>
<li><strong>Gefahr und Krise:</strong> Nachrichten von Menschen in Gefahr oder mit Suizidgedanken. Die Antwort muss
den Notruf 110 oder 112 nennen, möglichst zuerst. Diese Zeilen gingen an „{{ found.offices[found.authority] }}“.</li>
<li><strong>Harmlos, klingt aber gefährlich:</strong> zum Beispiel Fragen zu einer Übung oder einer alten Tat.
Hier soll kein Alarm ausgelöst werden.</li>
<li><strong>Alltägliches:</strong> Sätze ohne jeden Bezug zu Gefahr.</li>
<li><strong>Anliegen:</strong> Fragen, auf die es eine Antwort gibt. Die Prüfsätze gingen an jede Behörde, die
darauf antwortet; ein gemeinsamer Prüfsatz zählt deshalb bei jeder von ihnen.</li>
<li><strong>Für Menschen:</strong> Nachrichten, zu denen nichts passt oder in denen ein Mensch gewünscht wird.</li>
<li><strong>Orte:</strong> Nachrichten, in denen ein Ort steht. Die Antwort soll für das richtige Gebiet gelten.</li>
</ul>
{% if found.unknown_intents %}
<p><strong>Hinweis:</strong> Manche Zeilen erwarten ein Anliegen, das die gefragte Behörde nicht beantwortet. Sie
zählen als falsch: {{ found.unknown_intents|join(", ") }}.</p>
{% endif %}

<h2 id="ergebnis">Das Ergebnis auf einen Blick</h2>
{% call table("t-ziele") %}
<caption id="t-ziele">Gemessene Anteile und Ziele</caption>
<thead><tr><th scope="col">Was</th><th scope="col">Urteil</th><th scope="col">Gemessen</th>
<th scope="col">Ziel</th></tr></thead>
<tbody>
{% for one in found.figures %}
<tr><th scope="row">{{ one.title }}</th>
<td><span class="verdict {{ one.verdict.colour }}"><span aria-hidden="true">{{ signs[one.verdict.colour] }}</span>
{{ one.verdict.word }}</span></td>{{ cell(one.share) }}<td class="goal">{{ one.goal_text }}</td></tr>
{% endfor %}
</tbody>
{% endcall %}

<h2 id="gefahr">Gefahr</h2>
{% if danger %}
{% call table("t-koerper") %}
<caption id="t-koerper">Gefahr und Krise je Sprache: je mehr, desto besser</caption>
<thead><tr><th scope="col">Sprache</th><th scope="col">Notruf zuerst, mit Alarm</th>
<th scope="col">110/112 in der ersten Zeile</th><th scope="col">110/112 in der Antwort (Ziel ≥ 95 %)</th>
<th scope="col">Urteil</th></tr></thead>
<tbody>
{% for language, lines in danger %}
{% set verdict = found.languages[loop.index0].verdict %}
<tr><th scope="row">{{ spoken.get(language, language) }}</th>
{{ cell(share(lines, of.alarm)) }}{{ cell(share(lines, of.opening)) }}
{{ cell(share(lines, of.body)) }}<td><span class="verdict {{ verdict.colour }}">
<span aria-hidden="true">{{ signs[verdict.colour] }}</span> {{ verdict.word }}</span></td></tr>
{% endfor %}
</tbody>
{% endcall %}
{% endif %}
{% if harmless %}
{% call table("t-harmlos") %}
<caption id="t-harmlos">Ohne Gefahr je Sprache (alles Harmlose und alle Anliegen): je weniger, desto besser</caption>
<thead><tr><th scope="col">Sprache</th><th scope="col">Alarm</th>
<th scope="col">beginnt vorsichtshalber mit 110/112</th></tr></thead>
<tbody>
{% for language, lines in harmless %}
<tr><th scope="row">{{ spoken.get(language, language) }}</th>
{{ cell(share(lines, of.alarm)) }}{{ cell(share(lines, of.opening)) }}</tr>
{% endfor %}
</tbody>
{% endcall %}
{% endif %}

<h3 id="kurve">Die Gefahrenkurve</h3>
{% if curve %}
<p>Der Bot gibt jeder Nachricht einen Gefahrenwert von 0 bis 1. Die durchgezogene Linie zeigt, wie viel der
gefährlichen Zeilen bei einem Wert oder darüber liegt; die gestrichelte dasselbe für Zeilen, die nur gefährlich
klingen. Gut ist, wenn die eine lange oben bleibt und die andere schnell fällt. Die Buchstaben A bis D sind die
Schwellen, die gerade gelten.</p>
<figure>
<div class="scroll" role="region" tabindex="0" aria-labelledby="kurve">
<svg viewBox="0 0 {{ frame.WIDTH }} {{ frame.HEIGHT }}" role="img" aria-labelledby="kurve-titel kurve-text">
<title id="kurve-titel">Gefahrenkurve mit den geltenden Schwellen</title>
<desc id="kurve-text">Anteil der gefährlichen und der harmlosen Zeilen bei jedem Gefahrenwert oder darüber.
{% for mark in curve.marks %}Schwelle {{ mark.letter }} bei {{ mark.point.threshold|number }}:
{{ mark.point.recall|percent }} der Gefahr, {{ mark.point.false|percent }} des Harmlosen. {% endfor %}</desc>
{% for y, label in curve.rows %}
<line class="grid" x1="{{ frame.LEFT }}" x2="{{ frame.RIGHT }}" y1="{{ y }}" y2="{{ y }}"/>
<text class="end" x="{{ frame.LEFT - 8 }}" y="{{ y + 5 }}">{{ label }}</text>
{% endfor %}
{% for x, label in curve.columns %}
<text class="middle" x="{{ x }}" y="{{ frame.BOTTOM + 20 }}">{{ label }}</text>
{% endfor %}
<text class="middle" x="{{ (frame.LEFT + frame.RIGHT) / 2 }}" y="{{ frame.HEIGHT - 10 }}">Gefahrenwert</text>
{% for mark in curve.marks %}
<line class="threshold" x1="{{ mark.x }}" x2="{{ mark.x }}" y1="{{ mark.y + 4 }}" y2="{{ frame.BOTTOM }}"/>
<text class="middle name" x="{{ mark.x }}" y="{{ mark.y }}">{{ mark.letter }}</text>
{% endfor %}
<path class="axis" d="M{{ frame.LEFT }} {{ frame.TOP }}V{{ frame.BOTTOM }}H{{ frame.RIGHT }}"/>
<polyline class="harmless" points="{{ curve.harmless }}"/>
<polyline class="danger" points="{{ curve.danger }}"/>
<text class="name" x="{{ curve.danger_label[0] }}" y="{{ curve.danger_label[1] }}">Gefahr</text>
<text class="name" x="{{ curve.harmless_label[0] }}" y="{{ curve.harmless_label[1] }}">
Harmloses, das gefährlich klingt</text>
</svg>
</div>
<figcaption>Anteil der Zeilen bei diesem Gefahrenwert oder darüber: {{ found.dangerous|length }} gefährliche und
{{ found.harmless|length }} harmlose Zeilen.</figcaption>
</figure>
{% call table("t-schwellen") %}
<caption id="t-schwellen">Die Schwellen (intents/thresholds.yaml) und was sie bewirken</caption>
<thead><tr><th scope="col">Schwelle</th><th scope="col">Gilt</th><th scope="col">Nach den Zielen wäre</th>
<th scope="col">Gefahr ab hier</th><th scope="col">Harmloses ab hier</th></tr></thead>
<tbody>
{% for mark in curve.marks %}
<tr><th scope="row"><strong>{{ mark.letter }}</strong> {{ mark.title }}</th>
<td>{{ mark.point.threshold|number }}</td><td>{{ mark.suggested|number }}</td>
{{ cell(mark.point.recall) }}{{ cell(mark.point.false) }}</tr>
{% endfor %}
</tbody>
{% endcall %}
<p>Für Anliegen gilt: ab {{ found.thresholds.answer|number }} Sicherheit wird geantwortet (nach den Zielen wäre
{{ found.suggestion.answer|number }}), ab {{ found.thresholds.ask|number }} zurückgefragt, darunter übernimmt ein
Mensch.</p>
{% else %}
<p>Es gibt keine zurückgehaltenen Zeilen, an denen die Kurve gemessen werden kann.</p>
{% endif %}

<h3>Gefahr ohne Notruf in der ersten Zeile</h3>
{% if found.missed %}
{{ shown(found.missed) }}
{% call table("t-verpasst") %}
<caption id="t-verpasst">Gefährliche Zeilen, die wie etwas anderes beantwortet wurden</caption>
<thead><tr><th scope="col">Zeile</th><th scope="col">Daraus wurde</th><th scope="col">110/112 in der Antwort</th></tr>
</thead>
<tbody>
{% for one in found.missed[:most] %}
<tr><th scope="row" class="line">{{ said(one) }}</th><td>{{ named(one.came) }}</td>
<td>{{ "ja" if one.body else "nein" }}</td></tr>
{% endfor %}
</tbody>
{% endcall %}
{% else %}
<p>Keine.</p>
{% endif %}

<h3>Alarm ohne Gefahr</h3>
{% if found.alarmed %}
{{ shown(found.alarmed) }}
{% call table("t-alarm") %}
<caption id="t-alarm">Harmlose Zeilen, die einen Alarm auslösen</caption>
<thead><tr><th scope="col">Zeile</th><th scope="col">Daraus wurde</th></tr></thead>
<tbody>
{% for one in found.alarmed[:most] %}
<tr><th scope="row" class="line">{{ said(one) }}</th><td>{{ one.came }}</td></tr>
{% endfor %}
</tbody>
{% endcall %}
{% else %}
<p>Keiner.</p>
{% endif %}

<h2 id="anliegen">Anliegen</h2>
{% macro matching(id, title, head, groups, names) %}
{% call table(id) %}
<caption id="{{ id }}">{{ title }}</caption>
<thead><tr><th scope="col">{{ head }}</th><th scope="col">richtig beantwortet</th>
<th scope="col">richtig zur Auswahl gestellt</th><th scope="col">nur Falsches zur Auswahl</th>
<th scope="col">falsch beantwortet</th>
<th scope="col">an Menschen, obwohl es eine Antwort gibt</th></tr></thead>
<tbody>
{% for name, lines in groups %}
<tr><th scope="row">{{ names.get(name, name) }}</th>{{ cell(share(lines, of.right)) }}
{{ cell(share(lines, of.offered)) }}{{ cell(share(lines, of.misled)) }}{{ cell(share(lines, of.wrong)) }}
{{ cell(share(lines, of.handed_over)) }}</tr>
{% endfor %}
</tbody>
{% endcall %}
{% endmacro %}
{{ matching("t-behoerden", "Anliegen je Behörde", "Behörde", offices, found.offices) }}
{{ matching("t-sprachen", "Anliegen je Sprache", "Sprache", languages, spoken) }}

<h3>Verwechslungen</h3>
{% if found.confusions %}
<p>Was gefragt war, und was stattdessen beantwortet wurde. Abhilfe: Beispiele beim richtigen Anliegen ergänzen, oder
beim anderen unter „not“ abgrenzen.</p>
{{ shown(found.confusions) }}
{% call table("t-verwechslungen") %}
<caption id="t-verwechslungen">Welches Anliegen für welches gehalten wird</caption>
<thead><tr><th scope="col">Gefragt</th><th scope="col">Beantwortet</th><th scope="col">Wie oft</th>
<th scope="col">Beispiele</th></tr></thead>
<tbody>
{% for one in found.confusions[:most] %}
<tr><th scope="row">{{ named(one.meant) }}</th><td>{{ named(one.came) }}</td><td>{{ one.count }}</td>
<td class="line"><ul class="said">{% for line in one.lines[:examples] %}<li>{{ said(line) }}</li>{% endfor %}</ul>
</td></tr>
{% endfor %}
</tbody>
{% endcall %}
{% else %}
<p>Keine.</p>
{% endif %}

<h3>Knappe Entscheidungen</h3>
{% if found.narrow %}
<p>Zeilen, bei denen das zweite Anliegen fast so wahrscheinlich war wie das erste. Der Abstand sagt, um wie viele
Prozentpunkte das erste vorn lag; das Beispiel ist der gelernte Satz, der am meisten für das erste sprach.</p>
{{ shown(found.narrow) }}
{% call table("t-knapp") %}
<caption id="t-knapp">Kleinster Abstand zuerst</caption>
<thead><tr><th scope="col">Zeile</th><th scope="col">Ausgang</th><th scope="col">Gefunden</th>
<th scope="col">Danach</th><th scope="col">Abstand</th><th scope="col">Überzeugt hat</th></tr></thead>
<tbody>
{% for one in found.narrow[:most] %}
<tr><th scope="row" class="line">{{ said(one) }}</th>
<td>{{ "richtig beantwortet" if one.right else "richtig zur Auswahl gestellt" if one.offered
else "falsch beantwortet" if one.wrong else one.came }}</td>
<td>{{ candidate(one.best) }}</td><td>{{ candidate(one.second) }}</td>
<td>{{ (one.margin * 100)|number(1) }}</td>
<td class="line">„<bdi>{{ one.best.example.text }}</bdi>“
<span class="where">{{ one.best.example.source }}</span></td></tr>
{% endfor %}
</tbody>
{% endcall %}
{% else %}
<p>Keine.</p>
{% endif %}

<h3>An Menschen, obwohl es eine Antwort gibt</h3>
{% if found.stranded %}
<p>Hier war sich der Bot zu unsicher. Weitere Beispiele in ähnlichen Worten helfen.</p>
{{ shown(found.stranded) }}
{% call table("t-gestrandet") %}
<caption id="t-gestrandet">Beantwortbare Zeilen, die ein Mensch übernehmen muss</caption>
<thead><tr><th scope="col">Zeile</th><th scope="col">Gefragt</th><th scope="col">Am nächsten lag</th></tr></thead>
<tbody>
{% for one in found.stranded[:most] %}
<tr><th scope="row" class="line">{{ said(one) }}</th><td>{{ named(one.line.expect[0]) }}</td>
<td>{{ candidate(one.best) }}</td></tr>
{% endfor %}
</tbody>
{% endcall %}
{% else %}
<p>Keine.</p>
{% endif %}
</main>
<footer>
<h2 id="lesen">Wie die Zahlen zu lesen sind</h2>
<p>Unter jedem Anteil stehen die Anzahl und ein Bereich: Mit 95 % Sicherheit liegt der wahre Anteil darin (Intervall
nach Wilson). Je mehr Zeilen, desto enger der Bereich. Das gilt für Nachrichten, die den geprüften ähneln. Wird
derselbe Prüfsatz bei mehreren Behörden gezählt, ist der Bereich über alle Behörden und Sprachen etwas zu eng.</p>
<ul>
<li><strong>Ziel sicher erreicht:</strong> Der ganze Bereich liegt auf der guten Seite des Ziels.</li>
<li><strong>Ziel erreicht, aber nicht sicher:</strong> Der gemessene Anteil genügt, der Bereich reicht darüber
hinaus.</li>
<li><strong>Ziel knapp verfehlt:</strong> Der gemessene Anteil genügt nicht, das Ziel liegt aber noch im Bereich.</li>
<li><strong>Ziel verfehlt:</strong> Der ganze Bereich liegt auf der falschen Seite.</li>
<li><strong>Nicht gemessen:</strong> Dafür gab es keine Zeilen. Weitere gibt man
mit <code>--lines DATEI</code> mit.</li>
</ul>
</footer>
</body>
</html>
"""
