//! Which language a text is in: by its script, and within a script by its small words.
//!
//! Small words ("of", "que", "при") make up a third of any running text and differ between languages that share letters. That needs no
//! model, is the same on every machine, and says nothing where a text has too few of them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Languages told apart by small words: code, script, and the words.
struct Profile {
    code: &'static str,
    script: Script,
    words: &'static str,
    /// Letters that occur in this language and in none of its neighbours in the list.
    letters: &'static str,
}

/// Scripts, as far as languages are told apart by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Arabic letters.
    Arabic,
    /// Chinese characters.
    Han,
    /// Japanese kana.
    Kana,
    /// Hangul.
    Hangul,
    /// Greek letters.
    Greek,
    /// Hebrew letters.
    Hebrew,
    /// Devanagari.
    Devanagari,
    /// Thai.
    Thai,
    /// Georgian.
    Georgian,
    /// Armenian.
    Armenian,
    /// Khmer.
    Khmer,
    /// Burmese.
    Myanmar,
    /// Bengali.
    Bengali,
    /// Amharic and its neighbours.
    Ethiopic,
    /// Lao.
    Lao,
}

impl Script {
    /// The script of a letter.
    pub fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' | 'A'..='Z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}' => {
                Self::Latin
            }
            '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c88}' => Self::Cyrillic,
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => {
                Self::Arabic
            }
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => Self::Han,
            '\u{3040}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => Self::Kana,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Self::Hangul,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Greek,
            '\u{590}'..='\u{5ff}' => Self::Hebrew,
            '\u{900}'..='\u{97f}' => Self::Devanagari,
            '\u{e00}'..='\u{e7f}' => Self::Thai,
            '\u{10a0}'..='\u{10ff}' => Self::Georgian,
            '\u{530}'..='\u{58f}' => Self::Armenian,
            '\u{1780}'..='\u{17ff}' => Self::Khmer,
            '\u{1000}'..='\u{109f}' => Self::Myanmar,
            '\u{980}'..='\u{9ff}' => Self::Bengali,
            '\u{1200}'..='\u{139f}' => Self::Ethiopic,
            '\u{e80}'..='\u{eff}' => Self::Lao,
            _ => return None,
        })
    }
}

const PROFILES: &[Profile] = &[
    latin("en", "the of and to in is that for shall by on with be as are this which or an it from any not have been at such may", ""),
    latin(
        "fr",
        "le la les des du de et à en un une est que qui dans pour par sur au aux ou ce cette sont avec ne pas être son ses il",
        "œ",
    ),
    latin("es", "el la los las de del y en que un una es por para con se al lo como su sus o no más este esta son ser ley artículo", "ñ¿¡"),
    latin("pt", "o a os as de do da dos das e em no na que um uma é por para com se ao não mais este esta são ser lei artigo ou", "ãõ"),
    latin(
        "it",
        "il lo la gli le di del della dei e in un una è che per con si al alla non più questo sono essere legge articolo o nel",
        "",
    ),
    latin(
        "de",
        "der die das und in den von zu mit dem des ist im für auf nicht ein eine als auch nach bei oder werden durch sich wird",
        "ß",
    ),
    latin("nl", "de het een van en in is dat op te voor met niet aan zijn door of als bij worden wordt naar uit deze om ook", ""),
    latin("pl", "w i na z do się nie jest o oraz przez lub dla od po że za jako jego są ustawy art ust który", "ąęłśźż"),
    latin("ro", "și de la în a cu pe din este nu care pentru sau al ale un o se prin ce sunt prin privind lege", "șțşţ"),
    latin("hu", "a az és hogy nem is egy vagy meg ez azt csak mint által szerint kell törvény ha van", "őű"),
    latin("cs", "a v na se je že s z do o pro podle nebo která který jsou jako od zákona", "ěřů"),
    latin("sr", "i u na je se da od za o sa su ili koji koja kao po ne iz član zakona", ""),
    latin("tr", "ve bir bu ile için olarak olan veya da de ne gibi en kadar göre madde kanun her daha", "ğ"),
    latin("az", "və bir bu ilə üçün olan olaraq və ya da də görə maddə qanun hər haqqında edilir", "ə"),
    latin("uz", "va bir bu bilan uchun bo'lgan yoki o'z ham shu qonun modda davlat tomonidan respublikasi", ""),
    latin("tk", "we bir bu bilen üçin bolan ýa-da öz hem kanun madda döwlet türkmenistanyň", "ý"),
    latin("id", "yang dan di dari untuk dengan pada adalah dalam ini itu tidak atau oleh sebagai pasal undang-undang akan", ""),
    latin("ms", "yang dan di dari untuk dengan pada ialah dalam ini itu tidak atau oleh sebagai seksyen akta hendaklah", ""),
    latin("vi", "và của các có là được trong cho không người theo về tại với này những điều luật", "ăđơư"),
    latin("tl", "ang ng sa mga na at ay para kung o hindi ito ni nang may", ""),
    latin("sw", "ya na wa kwa ni katika za la cha kama au hii kuwa sheria", ""),
    latin("sv", "och i att det som en på är av för med till den har de inte om ett eller vid lag", ""),
    latin("so", "iyo ee ka ku in la uu waa oo ay sharciga ama", ""),
    cyrillic("ru", "и в на не что с по о для от к при или из его их а также за как это но статья закона является если", "ыэъё"),
    cyrillic("uk", "і в на не що з по про для від до при або із його їх а також за як це але стаття закону є якщо та", "їєґі"),
    cyrillic("be", "і ў на не што з па аб для ад да пры або яго іх а таксама за як гэта але артыкул закона", "ў"),
    cyrillic("bg", "и в на не че с по за от до при или из го ги а също като това но член закон се да са е", "ъ"),
    cyrillic("mk", "и во на не дека со по за од до при или го ги а исто како тоа но член закон се да са е", "ѓќѕ"),
    cyrillic("sr", "и у на не да са по за од до при или га их а такође као то али члан закон се је су", "ђћџљњ"),
    cyrillic("kk", "және мен үшін бар осы бұл немесе бойынша емес туралы заң бап болып табылады", "әғқңұһ"),
    cyrillic("ky", "жана менен үчүн бар бул же боюнча эмес жөнүндө мыйзам берене болуп саналат", "өүң"),
    cyrillic("tg", "ва дар аз ба ки бо барои ё ин он моддаи қонун мебошад", "ҷӣӯҳ"),
    cyrillic("uz", "ва бир бу билан учун бўлган ёки ўз ҳам шу қонун модда давлат томонидан", "ўҳқғ"),
    cyrillic("mn", "ба нь бол энэ тухай хууль зүйл байна буюу болон", "өү"),
    cyrillic("tt", "һәм белән өчен бу яки турында закон статья буенча", "әөүҗңһ"),
    arabic("ar", "في من على إلى أن التي الذي عن أو هذا هذه ما لا كل بين مع المادة القانون ذلك كان و", "ةىأإؤ"),
    arabic("fa", "و در به از که این با را است برای آن یا تا ماده قانون شود های می", "پچژگ"),
    arabic("ur", "کے کی میں ہے اور سے کا کو نے پر یہ ہیں جو کہ یا دفعہ قانون", "ٹڈڑںےہ"),
    arabic("ps", "د په او چې له کې ته دی شي یا ماده قانون", "ډړښځڅېۍ"),
    arabic("ckb", "لە و بە بۆ کە ئەو ئەم یان یاسا ماددە", "ۆێە"),
    arabic("ug", "ۋە بىلەن بۇ ئۈچۈن بولغان ياكى قانۇن ماددا", "ۋېۇۈۆ"),
];

const fn latin(code: &'static str, words: &'static str, letters: &'static str) -> Profile {
    Profile { code, script: Script::Latin, words, letters }
}
const fn cyrillic(code: &'static str, words: &'static str, letters: &'static str) -> Profile {
    Profile { code, script: Script::Cyrillic, words, letters }
}
const fn arabic(code: &'static str, words: &'static str, letters: &'static str) -> Profile {
    Profile { code, script: Script::Arabic, words, letters }
}

/// Characters looked at: the language does not change after that, or the text is in two.
const LOOK: usize = 20_000;
/// A text in an alphabet that has fewer small words than this per hundred words is in no language known here.
const LEAST_PER_HUNDRED: usize = 8;

/// The script that most letters of the beginning of a text belong to.
pub fn script(text: &str) -> Option<Script> {
    let mut counts = std::collections::BTreeMap::<Script, usize>::new();
    for s in text.chars().take(LOOK).filter_map(Script::of) {
        // one Han character weighs as much as a syllable
        *counts.entry(s).or_default() += if s == Script::Han { 3 } else { 1 };
    }
    // kana decide for Japanese though Han characters outnumber them
    if counts.get(&Script::Kana).is_some_and(|k| k * 20 > counts.get(&Script::Han).copied().unwrap_or(0)) {
        return Some(Script::Kana);
    }
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(s, _)| s)
}

/// The language of a text, ISO 639-1 (639-2 where there is none); `None` where it cannot be told.
pub fn detect(text: &str) -> Option<&'static str> {
    let script = script(text)?;
    let alone = match script {
        Script::Han => Some("zh"),
        Script::Kana => Some("ja"),
        Script::Hangul => Some("ko"),
        Script::Greek => Some("el"),
        Script::Hebrew => Some("he"),
        Script::Devanagari => Some("hi"),
        Script::Thai => Some("th"),
        Script::Georgian => Some("ka"),
        Script::Armenian => Some("hy"),
        Script::Khmer => Some("km"),
        Script::Myanmar => Some("my"),
        Script::Bengali => Some("bn"),
        Script::Ethiopic => Some("am"),
        Script::Lao => Some("lo"),
        Script::Latin | Script::Cyrillic | Script::Arabic => None,
    };
    if alone.is_some() {
        return alone;
    }
    let end = text.char_indices().nth(LOOK).map_or(text.len(), |(at, _)| at);
    let beginning = text[..end].to_lowercase();
    let mut words = 0usize;
    let mut scores = [0usize; PROFILES.len()];
    for word in beginning.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-'))).filter(|w| !w.is_empty()) {
        words += 1;
        if let Some(profiles) = MARKS.words.get(word) {
            profiles.iter().for_each(|p| scores[*p] += 2);
        }
        if word.is_ascii() {
            continue;
        }
        // one word with a letter of its own counts like half a small word, however many of them it has
        let mut own = [false; PROFILES.len()];
        word.chars().filter_map(|c| MARKS.letters.get(&c)).flatten().for_each(|p| own[*p] = true);
        scores.iter_mut().zip(own).for_each(|(s, own)| *s += usize::from(own));
    }
    let mut best: Option<(usize, &'static str)> = None;
    for (profile, score) in PROFILES.iter().zip(scores).filter(|(p, _)| p.script == script) {
        if best.is_none_or(|(s, _)| score > s) {
            best = Some((score, profile.code));
        }
    }
    best.filter(|(score, _)| *score * 100 >= 2 * LEAST_PER_HUNDRED * words && *score > 0).map(|(_, code)| code)
}

/// Which profiles have a small word or a letter of their own, by number.
struct Marks {
    words: HashMap<&'static str, Vec<usize>, foldhash::fast::FixedState>,
    letters: HashMap<char, Vec<usize>, foldhash::fast::FixedState>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let mut marks = Marks { words: HashMap::default(), letters: HashMap::default() };
    for (i, profile) in PROFILES.iter().enumerate() {
        for word in profile.words.split(' ') {
            let list = marks.words.entry(word).or_default();
            // some words stand twice in a profile
            if list.last() != Some(&i) {
                list.push(i);
            }
        }
        profile.letters.chars().for_each(|c| marks.letters.entry(c).or_default().push(i));
    }
    marks
});

/// Names under which tables carry languages beside their codes.
#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    ("english", "en"), ("eng", "en"), ("french", "fr"), ("français", "fr"), ("fra", "fr"), ("fre", "fr"), ("spanish", "es"), ("español", "es"),
    ("spa", "es"), ("russian", "ru"), ("русский", "ru"), ("rus", "ru"), ("arabic", "ar"), ("العربية", "ar"), ("ara", "ar"), ("chinese", "zh"),
    ("中文", "zh"), ("zho", "zh"), ("chi", "zh"), ("portuguese", "pt"), ("por", "pt"), ("german", "de"), ("deu", "de"), ("ger", "de"),
    ("italian", "it"), ("ita", "it"), ("turkish", "tr"), ("tur", "tr"), ("persian", "fa"), ("farsi", "fa"), ("fas", "fa"), ("ukrainian", "uk"),
    ("ukr", "uk"), ("kazakh", "kk"), ("kaz", "kk"), ("kyrgyz", "ky"), ("kir", "ky"), ("hungarian", "hu"), ("hun", "hu"), ("serbian", "sr"),
    ("srp", "sr"), ("georgian", "ka"), ("kat", "ka"), ("vietnamese", "vi"), ("vie", "vi"), ("korean", "ko"), ("kor", "ko"), ("japanese", "ja"), ("jpn", "ja"),
];

/// The code of a language as people write it: `en`, `en-GB`, `eng`, `English`. `None` for what is no language's code or name known here.
pub fn code(given: &str) -> Option<String> {
    let plain = given.trim().to_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(n, _)| *n == plain) {
        return Some((*code).to_owned());
    }
    let base = plain.split(['-', '_']).next().unwrap_or_default();
    ((2..=3).contains(&base.len()) && base.bytes().all(|b| b.is_ascii_lowercase())).then(|| base.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_six_languages_of_the_united_nations_and_their_neighbours_are_told_apart() {
        for (code, text) in [
            ("en", "Every organisation that receives funds from abroad shall register with the ministry within thirty days."),
            (
                "fr",
                "Toute association qui reçoit des fonds de l'étranger est tenue de se faire enregistrer auprès du ministère dans les trente jours.",
            ),
            (
                "es",
                "Toda organización que reciba fondos del extranjero deberá inscribirse en el registro del ministerio en el plazo de treinta días.",
            ),
            (
                "pt",
                "Toda organização que receba fundos do exterior deverá registrar-se no ministério no prazo de trinta dias, não sendo permitido o adiamento.",
            ),
            (
                "ru",
                "Каждая организация, которая получает средства из-за рубежа, обязана зарегистрироваться в министерстве в течение тридцати дней.",
            ),
            ("uk", "Кожна організація, яка отримує кошти з-за кордону, зобов'язана зареєструватися в міністерстві протягом тридцяти днів."),
            ("kk", "Шетелден қаражат алатын әрбір ұйым отыз күн ішінде министрлікте тіркелуге және осы заң бойынша есеп беруге міндетті."),
            ("ar", "على كل جمعية تتلقى أموالا من الخارج أن تسجل نفسها لدى الوزارة خلال ثلاثين يوما من تاريخ العمل بهذا القانون."),
            ("fa", "هر سازمانی که از خارج کمک مالی دریافت می کند باید ظرف سی روز در وزارت ثبت شود و این قانون را رعایت کند."),
            ("zh", "接受境外资金的任何组织，应当在三十日内向主管机关登记。"),
            ("ja", "外国から資金を受け取るすべての団体は、三十日以内に登録しなければならない。"),
            ("ko", "외국으로부터 자금을 받는 모든 단체는 삼십일 이내에 등록하여야 한다."),
            (
                "tr",
                "Yurt dışından fon alan her kuruluş, bu kanun ile otuz gün içinde bakanlığa kayıt için başvurmak ve bilgi vermek zorundadır.",
            ),
            (
                "hu",
                "A külföldről támogatást kapó egyesület a törvény szerint köteles az adatokat harminc napon belül bejelenteni, ha az meghaladja az összeget.",
            ),
            ("ka", "ორგანიზაცია, რომელიც უცხოეთიდან იღებს დაფინანსებას, ვალდებულია დარეგისტრირდეს."),
        ] {
            assert_eq!(detect(text), Some(code), "{text}");
        }
        assert_eq!(detect("12 345 — § 3"), None);
        assert_eq!(detect("xqz vbn klm prt wsd fgh jkl mnb zxc qwr tyu"), None);
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        for (given, code_) in
            [("en", Some("en")), ("en-GB", Some("en")), ("Russian", Some("ru")), (" ZHO ", Some("zh")), ("n/a", None), ("", None)]
        {
            assert_eq!(code(given).as_deref(), code_, "{given}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_one_language_or_none(text in "\\PC{0,200}") {
            prop_assert_eq!(detect(&text), detect(&text));
        }
    }
}
