home-page = المرصد المفتوح للتعاون السلطوي
home-heading = من يعمل مع من، وعبر أي قناة، وضد أي تهديد
home-intro = يحتفظ Blocwatch بسجل جامع واحد موثّق المصادر للتعاون بين الأوتوقراطيات، ويقيس هذا التعاون، ويبيّن ما تغيّر، ويشير إلى ما سبق أن عرقله. ويمكن تتبّع كل رقم رجوعًا إلى سطره في ملف الناشر.
home-ask = دولة أو منظمة أو حالة
home-ask-hint = قيرغيزستان، منظمة شنغهاي للتعاون
home-questions = أسئلة يجيب عنها
home-questions-yours = هذه أمثلة، والصفحات نفسها تجيب عن أي دولة أو منظمة: ابحث عن دولتك أو منظمتك أعلاه.
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
        [zero] <strong>{ $n }</strong> من حالات التعاون المرمّزة
        [one] <strong>{ $n }</strong> حالة تعاون مرمّزة واحدة
        [two] <strong>{ $n }</strong> حالتا تعاون مرمّزتان
        [few] <strong>{ $n }</strong> حالات تعاون مرمّزة
        [many] <strong>{ $n }</strong> حالة تعاون مرمّزة
       *[other] <strong>{ $n }</strong> حالة تعاون مرمّزة
    }
home-interruptions =
    { $n ->
        [zero] <strong>{ $n }</strong> من الطرق التي جرت بها عرقلته
        [one] <strong>{ $n }</strong> طريقة واحدة جرت بها عرقلته
        [two] <strong>{ $n }</strong> طريقتان جرت بهما عرقلته
        [few] <strong>{ $n }</strong> طرق جرت بها عرقلته
        [many] <strong>{ $n }</strong> طريقة جرت بها عرقلته
       *[other] <strong>{ $n }</strong> طريقة جرت بها عرقلته
    }
home-states =
    { $n ->
        [zero] <strong>{ $n }</strong> من الدول والأقاليم
        [one] <strong>{ $n }</strong> دولة واحدة أو إقليم واحد
        [two] <strong>{ $n }</strong> دولتان أو إقليمان
        [few] <strong>{ $n }</strong> دول وأقاليم
        [many] <strong>{ $n }</strong> دولة وإقليمًا
       *[other] <strong>{ $n }</strong> دولة وإقليم
    }
home-organisations =
    { $n ->
        [zero] <strong>{ $n }</strong> من المنظمات
        [one] <strong>{ $n }</strong> منظمة واحدة
        [two] <strong>{ $n }</strong> منظمتان
        [few] <strong>{ $n }</strong> منظمات
        [many] <strong>{ $n }</strong> منظمةً
       *[other] <strong>{ $n }</strong> منظمة
    }
home-tables =
    { $n ->
        [zero] <strong>{ $n }</strong> من الجداول التي كل عمود فيها موثّق
        [one] <strong>{ $n }</strong> جدول واحد كل عمود فيه موثّق
        [two] <strong>{ $n }</strong> جدولان كل عمود فيهما موثّق
        [few] <strong>{ $n }</strong> جداول كل عمود فيها موثّق
        [many] <strong>{ $n }</strong> جدولًا كل عمود فيها موثّق
       *[other] <strong>{ $n }</strong> جدول كل عمود فيها موثّق
    }
home-regimes = الأنظمة في { $year }
home-regimes-source = تصنيف Regimes of the World، كما ينشره V-Dem؛ <a href="/states">كل الدول</a>.
home-changed = ما الذي تغيّر
home-all-findings = <a href="/changes">كل النتائج</a> · <a href="/feed.xml">كخلاصة</a>
home-no-findings = لا نتائج في هذا المرصد: اجلب المصادر ثم ابنِ المرصد.
home-matrix = المصفوفة
home-matrix-intro =
    { $total ->
        [zero] لا حالات مرمّزة، بحسب الأسلوب والقناة.
        [one] حالة مرمّزة واحدة، بحسب الأسلوب والقناة.
        [two] حالتان مرمّزتان، بحسب الأسلوب والقناة.
        [few] { $total } حالات مرمّزة، بحسب الأسلوب والقناة.
        [many] { $total } حالة مرمّزة، بحسب الأسلوب والقناة.
       *[other] { $total } حالة مرمّزة، بحسب الأسلوب والقناة.
    } تفتح كل خلية حالاتها؛ <a href="/matrix">رشّح بحسب الجهة والدور والسنوات</a>. والصفر يعني أنه لم تُرمَّز حالة من هذا النوع.
