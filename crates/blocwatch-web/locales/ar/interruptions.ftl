interruptions-heading = ما الذي عرقل التعاون
interruptions-intro = مع كل عرقلة: ما يلزم لها، ومن يستطيع القيام بها، وسجل استخدامها، وكيف تكيّفت الأنظمة، ومن قد يتضرّر. المعروض { $shown } من { $total }.
interruptions-response = في مواجهة الاستجابة
interruptions-tactic = في مواجهة الأسلوب
interruptions-uses =
    { $uses ->
        [zero] لا استخدامات موثّقة
        [one] استخدام موثّق واحد
        [two] استخدامان موثّقان
        [few] { $uses } استخدامات موثّقة
        [many] { $uses } استخدامًا موثّقًا
       *[other] { $uses } استخدام موثّق
    }، والناجح جزئيًّا على الأقل: { $worked }
interruptions-no-use = لا استخدام موثّقًا معلوم الحصيلة
interruptions-nothing = لا مدخل يوافق الاختيار.
interruption-kind = عرقلة · { $kind }
interruption-harm = عدم الإضرار
interruption-fits = تصلح حين
interruption-actors = من يستطيع القيام بها
interruption-record = سجل الاستخدام
interruption-adapted = كيف تكيّفت الأنظمة
