skip = К тексту
menu-label = Сайт
menu-matrix = Матрица
menu-states = Государства
menu-organisations = Организации
menu-votes = Голосования
menu-network = Сеть
menu-cases = Случаи
menu-interruptions = Что мешало
menu-changes = Что изменилось
menu-measures = Показатели
menu-data = Данные
menu-about = О проекте
find-label = Поиск
find-hint = Государство, организация, случай
find-button = Найти
foot-observatory = Обсерватория { $key }
foot-cite = Как цитировать
foot-sources = Источники и лицензии
foot-corrections = Исправления
foot-programs = Для программ
foot-note = Ноль, «не охвачено», «цензурировано» и «не опубликовано» здесь четыре разные вещи. Число случаев говорит о том, что закодировано, а не о том, как часто это происходит. Быть названным не значит быть обвинённым.
languages-label = Языки

form-any = любое
form-show = Показать
form-clear = Сбросить
form-actor = Участник
form-actor-hint = государство или организация
form-role = В роли
form-from = С года
form-to = По год
form-state = Государство
form-kind = Вид
pager-place = Страница { $number } из { $pages }
null-title = нет значения
feed-title = Что изменилось

grade = оценка { $grade }
cited-through = Цитируется по: { $work }
sources-heading = Источники
cite-heading = Как цитировать

when-undated = без даты
when-since = с { $from }
when-span = с { $from } по { $to }

regime-0 = закрытая автократия
regime-1 = электоральная автократия
regime-2 = электоральная демократия
regime-3 = либеральная демократия

kind-state = государство
kind-organisation = организация
kind-region = регион
kind-case = случай
kind-interruption = противодействие
kind-table = таблица
