changes-heading = ما الذي تغيّر
changes-intro =
    { $total ->
        [zero] لا نتائج
        [one] نتيجة واحدة
        [two] نتيجتان
        [few] { $total } نتائج
        [many] { $total } نتيجةً
       *[other] { $total } نتيجة
    }. كل نتيجة جملة معها عدد، ومجال ثقته حيث وُجد، وأثر يردّها إلى الصفوف التي تستند إليها. <a href="/feed.xml">كخلاصة</a>.
changes-state-hint = أي اسم
changes-nothing = لا نتيجة توافق الاختيار.
changes-newer = الأحدث
changes-older = الأقدم
changes-changed = ما الذي يتغيّر
changes-stands = ما عليه الحال
changes-all-of-kind = الكل: { $n }
changes-as-list = كل النتائج في قائمة واحدة، الأحدث أولًا
changes-why = الأمر المكتوب تحت كل نتيجة يردّها إلى الصفوف وإلى ملف الناشر؛ والجدول <a href="/table/finding">finding</a> يضمّها كلها.

# أنواع النتائج
finding-autocratization-under-way = دول تزداد أوتوقراطية
finding-democratization-under-way = دول تزداد ديمقراطية
finding-regime-change = دول تغيّرت فئة نظامها
finding-org-majority-change = منظمات صارت لها أغلبية أوتوقراطية أو فقدتها
finding-ideal-point-shift = دول تحرّك موقعها في الجمعية العامة
finding-vote-shift = أزواج دول زاد تشابه تصويتها أو نقص عمّا كان قبل عشر سنوات
finding-org-cohesion-change = منظمات زاد تماسك تصويتها أو نقص
finding-tie-trend = أزواج دول تقاربت أو تباعدت
finding-broke-ranks = أصوات خالفت بها دول منظماتها
finding-arms-reliance = من أين يأتي السلاح
finding-autocratic-majority-memberships = عضويات في منظمات تشكّل الأوتوقراطيات أغلبيتها
finding-case-profile = ما يضمّه سجل الحالات
finding-closest-voters = من الأقرب تصويتًا إلى من
finding-frames-beyond-others = من يستخدم المعايير المضادة أكثر من غيره
finding-homophily = هل ترتبط الأوتوقراطيات بعضها ببعض
finding-org-cohesion = إلى أي حد تصوّت المنظمات صوتًا واحدًا
finding-org-composition = الأنظمة بين أعضاء المنظمات
finding-other-lenders = مُقرضون إلى جانب صندوق النقد الدولي
finding-regime-category = فئة النظام الآن
finding-substitution = بعد صدمة: الروابط مع الأوتوقراطيات
finding-threat-exposure = التعرّض لتهديدات المصفوفة
finding-voting-blocs = الكتل في الجمعية العامة
