data-heading = البيانات والمصادر
data-intro = عدد المصادر المحفوظة في هذا المرصد { $held } من أصل { $sources } من المصادر المعروفة؛ وعدد الجداول المبنية منها { $tables }. <a href="/query">اسأل بلغة SQL</a>، أو <a href="/api">من برنامج</a>.
data-observatory = المرصد <code>{ $key }</code>.
data-observatory-of = المرصد <code>{ $key }</code>، بتاريخ { $day }.
data-same = الملفات نفسها تعطي المرصد نفسه، بايتًا بايتًا.
data-tables = الجداول
data-table = الجدول
data-says = ما يقوله
data-unit = الصف الواحد هو
data-rows = الصفوف
data-held = محفوظ هنا
data-not-held = غير محفوظ هنا
data-account = الصفوف المقروءة { $read }: أُبقي منها { $kept }، وأُسقط { $dropped } بقاعدة معلنة، وعُزل { $quarantined }.
data-files = الملفات المحفوظة
data-file-version = الإصدار { $version }
data-file-taken = أُخذ بتاريخ { $day }
data-notices = ملاحظات عملية البناء
