home-page = Открытая обсерватория авторитарного сотрудничества
home-heading = Кто с кем работает, по какому каналу и против какой угрозы
home-ask = Государство, организация, случай
home-ask-hint = Кыргызстан, ШОС, иностранные агенты
home-questions = Вопросы, на которые здесь есть ответ
home-questions-yours = Это примеры; те же страницы отвечают о любом государстве и любой организации: найдите свои выше.
home-q-memberships = В каких организациях с автократическим большинством состоит Кыргызстан и с каких пор?
home-q-majorities = В каких организациях автократии составляют большинство?
home-q-observers = Кто посылает наблюдателей, которые ручаются за нечестные выборы?
home-q-laws = Кто у кого перенял репрессивные законы?
home-q-interrupted = Что останавливало заимствование таких законов?
home-q-arms = От кого Армения зависит в поставках оружия?
home-q-xinjiang = Кто поддержал Китай в вопросе о Синьцзяне?
home-q-votes = Насколько одинаково голосуют Россия и Беларусь в ООН?
home-q-words = Кто говорит о «многополярном мире» и с каких пор?
home-q-backsliding = Какие государства становятся сейчас автократичнее?
home-cases =
    { $n ->
        [one] <strong>{ $n }</strong> закодированный случай сотрудничества
        [few] <strong>{ $n }</strong> закодированных случая сотрудничества
       *[other] <strong>{ $n }</strong> закодированных случаев сотрудничества
    }
home-interruptions =
    { $n ->
        [one] <strong>{ $n }</strong> способ, которым его прерывали
        [few] <strong>{ $n }</strong> способа, которыми его прерывали
       *[other] <strong>{ $n }</strong> способов, которыми его прерывали
    }
home-states =
    { $n ->
        [one] <strong>{ $n }</strong> государство или территория
        [few] <strong>{ $n }</strong> государства и территории
       *[other] <strong>{ $n }</strong> государств и территорий
    }
home-organisations =
    { $n ->
        [one] <strong>{ $n }</strong> организация
        [few] <strong>{ $n }</strong> организации
       *[other] <strong>{ $n }</strong> организаций
    }
home-tables =
    { $n ->
        [one] <strong>{ $n }</strong> таблица, где описан каждый столбец
        [few] <strong>{ $n }</strong> таблицы, где описан каждый столбец
       *[other] <strong>{ $n }</strong> таблиц, где описан каждый столбец
    }
home-regimes = Режимы в { $year } году
home-changed = Что изменилось
home-all-findings = <a href="/changes">Все выводы</a> · <a href="/feed.xml">лентой</a>
home-matrix = Матрица
matrix-page = Матрица угроз, ответов и тактик
matrix-heading = Матрица
matrix-channels = Каналы
matrix-corner = Ответ и тактика
matrix-all = Все
matrix-unit = случаи
states-heading = Государства
organisations-heading = Организации
cases-heading = Случаи
interruptions-heading = Что прерывало сотрудничество
votes-heading = Голосования в Генеральной Ассамблее ООН
changes-heading = Что изменилось
data-heading = Данные и источники
measures-heading = Показатели
query-heading = Запрос
search-heading = Поиск
search-what = Что искать
about-page = О проекте, исправления, не навредить
about-heading = О Blocwatch
about-harm = Не навредить
about-corrections = Исправления
about-languages = Языки
about-languages-intro = Интерфейс переводится по сообщениям; где перевода нет, стоит английский текст. Данные, справки и случаи приводятся по-английски.
about-language = { $done } из { $all } сообщений
error-404 = Не найдено
error-400 = Запрос не понят
error-search = Найти
error-home = На первую страницу
