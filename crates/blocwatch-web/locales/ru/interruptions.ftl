interruptions-heading = Что прерывало сотрудничество
interruptions-intro = О каждом способе: что для него нужно, кто может его применить, каков опыт применения, как приспособились режимы и кто может пострадать. Показано { $shown } из { $total }.
interruptions-response = Против какого ответа
interruptions-tactic = Против какой тактики
interruptions-uses =
    { $uses ->
        [one] { $uses } документированное применение; подействовало хотя бы отчасти: { $worked }
        [few] { $uses } документированных применения; подействовало хотя бы отчасти: { $worked }
        [many] { $uses } документированных применений; подействовало хотя бы отчасти: { $worked }
       *[other] { $uses } документированного применения; подействовало хотя бы отчасти: { $worked }
    }
interruptions-no-use = нет документированного применения с известным исходом
interruptions-nothing = Ни одна запись не подходит.
interruption-kind = Противодействие · { $kind }
interruption-harm = Не навредить
interruption-fits = Подходит, когда
interruption-actors = Кто может это сделать
interruption-record = Опыт применения
interruption-adapted = Как приспособились режимы
