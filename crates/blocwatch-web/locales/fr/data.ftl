data-heading = Données et sources
data-intro = Sources détenues dans cet observatoire : { $held } sur { $sources } sources connues ; tables qui en sont tirées : { $tables }. <a href="/query">Interroger en SQL</a>, ou <a href="/api">depuis un programme</a>.
data-observatory = Observatoire <code>{ $key }</code>.
data-observatory-of = Observatoire <code>{ $key }</code>, état au { $day }.
data-same = Les mêmes fichiers donnent le même observatoire, octet pour octet.
data-tables = Tables
data-table = Table
data-says = Ce qu’elle dit
data-unit = Une ligne représente
data-rows = Lignes
data-held = détenue
data-not-held = non détenue
data-account = Lignes lues : { $read } ; conservées : { $kept } ; écartées par une règle déclarée : { $dropped } ; mises en quarantaine : { $quarantined }.
data-files = Fichiers détenus
data-file-version = version { $version }
data-file-taken = récupéré le { $day }
data-notices = Avis émis lors de la construction
