home-page = المرصد المفتوح للتعاون السلطوي
home-heading = من يعمل مع من، وعبر أي قناة، وضد أي تهديد
home-ask = دولة أو منظمة أو حالة
home-ask-hint = قيرغيزستان، منظمة شنغهاي للتعاون
home-questions = أسئلة يجيب عنها
home-questions-yours = هذه أمثلة، والصفحات نفسها تجيب عن أي دولة أو منظمة: ابحث عن دولتك أعلاه.
home-q-memberships = إلى أي منظمات ذات أغلبية أوتوقراطية تنتمي قيرغيزستان، ومنذ متى؟
home-q-majorities = في أي منظمات تشكّل الأوتوقراطيات الأغلبية؟
home-q-observers = من يرسل مراقبين يزكّون انتخابات غير نزيهة؟
home-q-laws = من نقل عن مَن قوانينه القمعية؟
home-q-interrupted = ما الذي أوقف نقل مثل هذه القوانين؟
home-q-arms = على من تعتمد أرمينيا في السلاح؟
home-q-xinjiang = من وقف مع الصين بشأن شينجيانغ؟
home-q-votes = إلى أي حد تتشابه أصوات روسيا وبيلاروس في الأمم المتحدة؟
home-q-words = من يتحدث عن «عالم متعدد الأقطاب»، ومنذ متى؟
home-q-backsliding = أي الدول تزداد أوتوقراطية الآن؟
home-cases =
    { $n ->
        [zero] <strong>{ $n }</strong> لا حالات تعاون مرمّزة
        [one] <strong>{ $n }</strong> حالة تعاون مرمّزة واحدة
        [two] <strong>{ $n }</strong> حالتا تعاون مرمّزتان
        [few] <strong>{ $n }</strong> حالات تعاون مرمّزة
        [many] <strong>{ $n }</strong> حالة تعاون مرمّزة
       *[other] <strong>{ $n }</strong> حالة تعاون مرمّزة
    }
home-interruptions =
    { $n ->
        [zero] <strong>{ $n }</strong> لا طرق جرت بها عرقلته
        [one] <strong>{ $n }</strong> طريقة واحدة جرت بها عرقلته
        [two] <strong>{ $n }</strong> طريقتان جرت بهما عرقلته
        [few] <strong>{ $n }</strong> طرق جرت بها عرقلته
        [many] <strong>{ $n }</strong> طريقة جرت بها عرقلته
       *[other] <strong>{ $n }</strong> طريقة جرت بها عرقلته
    }
home-states =
    { $n ->
        [zero] <strong>{ $n }</strong> لا دول ولا أقاليم
        [one] <strong>{ $n }</strong> دولة واحدة أو إقليم واحد
        [two] <strong>{ $n }</strong> دولتان أو إقليمان
        [few] <strong>{ $n }</strong> دول وأقاليم
        [many] <strong>{ $n }</strong> دولة وإقليمًا
       *[other] <strong>{ $n }</strong> دولة وإقليم
    }
home-organisations =
    { $n ->
        [zero] <strong>{ $n }</strong> لا منظمات
        [one] <strong>{ $n }</strong> منظمة واحدة
        [two] <strong>{ $n }</strong> منظمتان
        [few] <strong>{ $n }</strong> منظمات
        [many] <strong>{ $n }</strong> منظمةً
       *[other] <strong>{ $n }</strong> منظمة
    }
home-tables =
    { $n ->
        [zero] <strong>{ $n }</strong> لا جداول
        [one] <strong>{ $n }</strong> جدول واحد كل عمود فيه موثّق
        [two] <strong>{ $n }</strong> جدولان كل عمود فيهما موثّق
        [few] <strong>{ $n }</strong> جداول كل عمود فيها موثّق
        [many] <strong>{ $n }</strong> جدولًا كل عمود فيها موثّق
       *[other] <strong>{ $n }</strong> جدول كل عمود فيها موثّق
    }
home-regimes = الأنظمة في { $year }
home-changed = ما الذي تغيّر
home-all-findings = <a href="/changes">كل النتائج</a> · <a href="/feed.xml">كخلاصة</a>
home-matrix = المصفوفة
matrix-page = مصفوفة التهديدات والاستجابات والأساليب
matrix-heading = المصفوفة
matrix-channels = القنوات
matrix-corner = الاستجابة والأسلوب
matrix-all = الكل
matrix-unit = حالات
states-heading = الدول
organisations-heading = المنظمات
cases-heading = الحالات
interruptions-heading = ما الذي عرقل التعاون
votes-heading = التصويت في الجمعية العامة للأمم المتحدة
changes-heading = ما الذي تغيّر
data-heading = البيانات والمصادر
measures-heading = المقاييس
query-heading = استعلام
search-heading = بحث
search-what = ماذا
about-page = عن المرصد والتصويبات وعدم الإضرار
about-heading = عن Blocwatch
about-harm = عدم الإضرار
about-corrections = التصويبات
about-languages = اللغات
about-languages-intro = تُترجم الواجهة رسالةً رسالة، وحيث تنقص ترجمة يبقى النص الإنجليزي. البيانات والملخصات والحالات بالإنجليزية.
about-language = { $done } من { $all } رسالة
error-404 = غير موجود
error-400 = الطلب غير مفهوم
error-search = ابحث بدلًا من ذلك
error-home = إلى الصفحة الأولى
