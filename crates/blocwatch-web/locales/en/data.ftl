data-heading = Data and sources
data-intro = { $held } of { $sources } known sources are held in this observatory, { $tables } tables are made from them. <a href="/query">Ask with SQL</a>, or <a href="/api">from a program</a>.
data-observatory = Observatory <code>{ $key }</code>.
data-observatory-of = Observatory <code>{ $key }</code>, as of { $day }.
data-same = The same files give the same observatory, byte for byte.
data-tables = Tables
data-table = Table
data-says = What it says
data-unit = One row is
data-rows = Rows
data-held = held
data-not-held = not held
data-account = { $read } rows read: { $kept } kept, { $dropped } dropped by a declared rule, { $quarantined } quarantined.
data-files = Files held
data-file-version = version { $version }
data-file-taken = taken { $day }
data-notices = Notices of the build
