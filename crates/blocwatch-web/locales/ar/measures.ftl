measures-heading = المقاييس
measures-intro = ما الذي يُقاس، وكيف، وما مدى التيقّن منه، ومن أين يأتي. ويمكن إعادة حساب كل مقياس بإعدادات أخرى وبمقاييس أخرى للأنظمة: <code>blocwatch measure NAME --set key=value</code>، <code>blocwatch sensitivity NAME</code>.
measures-interval = مجال الثقة
measures-parameters = المعاملات
measures-sources = مصادر الطريقة
measures-example = مثال محسوب
