query-heading = استعلام
query-intro = استعلام SELECT واحد على كل <a href="/data">الجداول</a>: للقراءة فقط، ومهلته عشر ثوانٍ، وتُعرض هنا أول الصفوف، وعددها { $most } على الأكثر.
query-run = نفّذ
query-wrong = لم يُنفَّذ الاستعلام
query-rows =
    { $rows ->
        [zero] لا صفوف.
        [one] صف واحد.
        [two] صفّان.
        [few] { $rows } صفوف.
        [many] { $rows } صفًّا.
       *[other] { $rows } صف.
    }
query-cut = وهناك صفوف أخرى.
