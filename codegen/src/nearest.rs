//! "Did you mean".

/// The candidate that a misspelt word most likely stands for.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = word.chars().count().max(3) / 3;
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The candidates that a word may stand for, the likeliest first: those that hold it, then those that are spelt like it.
pub fn alike<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let lower = word.to_lowercase();
    let rank = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let distance = strsim::osa_distance(&lower, &candidate);
        let holds = !lower.is_empty() && candidate.contains(&lower);
        (holds || distance <= lower.chars().count() / 3).then_some((!holds, distance))
    };
    let mut ranked: Vec<_> = candidates.into_iter().filter_map(|of| Some((rank(of)?, of))).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

/// Whether two words differ by one slip of the fingers, so that it is sure which one was meant.
pub fn is_slip(word: &str, meant: &str) -> bool {
    strsim::osa_distance(&word.to_lowercase(), meant) <= 1
}

#[cfg(test)]
mod tests {
    use super::{alike, is_slip, nearest};

    #[test]
    fn finds_the_word_that_was_meant() {
        let words = ["permissions", "protocol", "fields", "type"];
        assert_eq!(nearest("permisions", words), Some("permissions"));
        assert_eq!(nearest("Type", words), Some("type"));
        assert_eq!(nearest("tpye", words), Some("type"));
        assert_eq!(nearest("colour", words), None);
    }

    #[test]
    fn one_slip_is_one_letter_or_two_that_changed_places() {
        assert!(is_slip("abuot", "about") && is_slip("permisions", "permissions") && is_slip("Type", "type"));
        assert!(!is_slip("requird", "requires"));
    }

    #[test]
    fn prefers_the_first_of_equally_near_ones() {
        assert_eq!(nearest("bc", ["ac", "bd"]), Some("ac"));
    }

    #[test]
    fn finds_several_words_that_may_be_meant() {
        let words = ["user_add", "user_leave", "message.receive", "receive", "other"];
        assert_eq!(alike("receive", words, 5), ["receive", "message.receive"]);
        assert_eq!(alike("usr_add", words, 5), ["user_add"]);
        assert_eq!(alike("e", words, 2), ["other", "receive"]);
        assert_eq!(alike("nothing like it", words, 5), Vec::<&str>::new());
    }
}
