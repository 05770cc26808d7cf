votes-heading = التصويت في الجمعية العامة للأمم المتحدة
votes-intro = المسائل الخلافية وحدها: فمعظم القرارات يُعتمد من دون تصويت. ولكل تصويت مسجّل صفحة يفتحها: من صوّت وكيف، بحسب النظام والمنظمة، ومن خرج عن الصف.
votes-words = كلمات أو رمز الوثيقة
votes-words-hint = بالإنجليزية: human rights
votes-session = الدورة
votes-resolution = القرار
votes-date = التاريخ
votes-about = الموضوع
votes-rollcall = تصويت مسجّل
votes-nothing = لا تصويت مسجّلًا يوافق الاختيار.
votes-cut = لا تُعرض إلا الأوائل، وعددها { $most }؛ ضيّق الكلمات أو الدورة.
votes-how = مدى تشابه تصويت دولتين: <a href="/table/agreement_dyad_session">agreement_dyad_session</a>. كيف يُقاس: <a href="/measures">المقاييس</a>.
votes-points = مواقع الدول
votes-states = الدول، ست على الأكثر
votes-calls = عمليات التصويت المسجّل
