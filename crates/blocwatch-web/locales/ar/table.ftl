table-page = الجدول { $name }
table-kind = جدول · الصف الواحد هو: { $unit }
table-count =
    { $rows ->
        [zero] لا صفوف.
        [one] صف واحد.
        [two] صفّان.
        [few] { $rows } صفوف.
        [many] { $rows } صفًّا.
       *[other] { $rows } صف.
    }
table-of-these = لهذه الصفوف (100,000 صف على الأكثر في المرة الواحدة)
table-as-sql = بصيغة SQL
table-state-hint = أي اسم أو رمز
table-partner = مع
table-partner-hint = الدولة الأخرى
table-organisation = المنظمة
table-years = السنوات
table-where = الشروط
table-where-hint = column>=value; …
table-columns = الأعمدة
table-nothing = لا صف يوافق الاختيار. هل يعني ذلك أن شيئًا لم يحدث أم أن لا شيء مشمول؟ يجيب عن ذلك الجدول <a href="/table/coverage">coverage</a>.
table-before = السابق
table-page-number = صفحة { $number }
table-next = التالي
table-column = العمود
table-unit = الوحدة
table-what = ما هو
table-key = مفتاح
