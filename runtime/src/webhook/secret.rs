//! Comparisons in constant time, and texts that carry bytes.

use subtle::ConstantTimeEq;

use super::Refused;

/// Whether two byte strings are equal; how long it takes depends on their lengths only. Eight bytes are compared at a
/// time.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks(), b.as_chunks());
    let words = a.iter().zip(b).map(|(a, b)| u64::from_le_bytes(*a).ct_eq(&u64::from_le_bytes(*b)));
    let same = words.fold(a_rest.ct_eq(b_rest), |same, word| same & word);
    a.len() == b.len() && same.into()
}

/// Checks a signature in hex of any case against the hash it should be.
pub(crate) fn check_signature<const N: usize>(signature: &[u8], expected: &[u8; N]) -> Result<(), Refused> {
    let mut given = [0; N];
    let decoded = base16ct::mixed::decode(signature, &mut given).map_err(|_| Refused::MalformedSignature)?;
    if decoded.len() != N {
        return Err(Refused::MalformedSignature);
    }
    if same(&given, expected) { Ok(()) } else { Err(Refused::WrongSignature) }
}

/// Decodes standard base64. White space is skipped, and bits that the last digit has too many are dropped: official
/// samples have both.
pub(crate) fn from_base64(text: &[u8]) -> Result<Vec<u8>, Refused> {
    base64_simd::forgiving_decode_to_vec(text).map_err(|_| Refused::NotBase64)
}

/// Standard base64 with padding.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn base64_is_read_with_white_space_and_surplus_bits() {
        assert_eq!(from_base64(b"aGVsbG8="), Ok(b"hello".to_vec()));
        assert_eq!(from_base64(b" aGVs\r\nbG8=\n"), Ok(b"hello".to_vec()));
        assert_eq!(from_base64(b"aGVsbG9="), Ok(b"hello".to_vec()), "the last digit has two bits too many");
        for wrong in [&b"aGVsbG8=="[..], b"a", b"aGV*bG8=", b"aGVs\\/bG8", "é".as_bytes()] {
            assert_eq!(from_base64(wrong), Err(Refused::NotBase64), "{wrong:?}");
        }
    }

    #[test]
    fn a_signature_is_hex_of_any_case() {
        let hash = [0xab, 0xcd];
        assert_eq!(check_signature(b"abcd", &hash), Ok(()));
        assert_eq!(check_signature(b"ABcD", &hash), Ok(()));
        assert_eq!(check_signature(b"abce", &hash), Err(Refused::WrongSignature));
        for wrong in [&b""[..], b"abc", b"abcdef", b"abcg", b" abcd"] {
            assert_eq!(check_signature(wrong, &hash), Err(Refused::MalformedSignature), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn the_same_is_what_is_equal(
            a in vec(0..3_u8, 0..40),
            b in vec(0..3_u8, 0..40),
            at: prop::sample::Index,
        ) {
            prop_assert_eq!(same(&a, &b), a == b);
            prop_assert!(same(&a, &a.clone()));
            if !a.is_empty() {
                let mut other = a.clone();
                other[at.index(a.len())] ^= 1;
                prop_assert!(!same(&a, &other));
            }
        }

        #[test]
        fn base64_round_trips(bytes: Vec<u8>) {
            prop_assert_eq!(from_base64(to_base64(&bytes).as_bytes()), Ok(bytes));
        }

        #[test]
        fn no_text_makes_base64_panic(text: Vec<u8>) {
            let _ = from_base64(&text);
        }
    }
}
