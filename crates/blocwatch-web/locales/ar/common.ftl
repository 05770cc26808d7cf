skip = انتقل إلى النص
menu-label = الموقع
menu-matrix = المصفوفة
menu-states = الدول
menu-organisations = المنظمات
menu-votes = التصويت
menu-network = الشبكة
menu-cases = الحالات
menu-interruptions = ما عرقل التعاون
menu-changes = ما الذي تغيّر
menu-measures = المقاييس
menu-data = البيانات
menu-about = عن المرصد
find-label = بحث
find-hint = دولة أو منظمة أو حالة
find-button = ابحث
foot-observatory = المرصد { $key }
foot-cite = كيفية الاستشهاد
foot-sources = المصادر والتراخيص
foot-corrections = التصويبات
foot-programs = للبرامج
foot-note = الصفر وغير المشمول والمحجوب وغير المعلن أربعة أشياء مختلفة هنا. عدد الحالات يدل على ما جرى ترميزه لا على مدى تكراره. وذكر الاسم ليس اتهامًا.
languages-label = اللغات

form-any = الكل
form-show = اعرض
form-clear = امسح
form-actor = الجهة
form-actor-hint = دولة أو منظمة
form-role = في دور
form-from = من سنة
form-to = إلى سنة
form-state = الدولة
form-kind = النوع
pager-place = صفحة { $number } من { $pages }
null-title = لا قيمة
feed-title = ما الذي تغيّر

grade = الدرجة { $grade }
cited-through = نقلًا عن: { $work }
sources-heading = المصادر
cite-heading = كيفية الاستشهاد

when-undated = بلا تاريخ
when-since = منذ { $from }
when-span = من { $from } إلى { $to }

regime-0 = أوتوقراطية مغلقة
regime-1 = أوتوقراطية انتخابية
regime-2 = ديمقراطية انتخابية
regime-3 = ديمقراطية ليبرالية

kind-state = دولة
kind-organisation = منظمة
kind-region = إقليم
kind-case = حالة
kind-interruption = عرقلة
kind-table = جدول
