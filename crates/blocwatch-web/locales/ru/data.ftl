data-heading = Данные и источники
data-intro = Источников в этой обсерватории: { $held } из { $sources } известных; таблиц, составленных по ним: { $tables }. <a href="/query">Запрос на SQL</a> или <a href="/api">из программы</a>.
data-observatory = Обсерватория <code>{ $key }</code>.
data-observatory-of = Обсерватория <code>{ $key }</code>, по состоянию на { $day }.
data-same = Из тех же файлов получается та же обсерватория, байт в байт.
data-tables = Таблицы
data-table = Таблица
data-says = О чём она говорит
data-unit = Одна строка — это
data-rows = Строки
data-held = имеется
data-not-held = не имеется
data-account = Прочитано строк: { $read }; оставлено: { $kept }; отброшено по объявленному правилу: { $dropped }; помещено в карантин: { $quarantined }.
data-files = Имеющиеся файлы
data-file-version = версия { $version }
data-file-taken = получен { $day }
data-notices = Замечания при сборке
