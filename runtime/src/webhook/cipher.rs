//! AES-256 in CBC mode with PKCS#7 padding, of the block size that the platform pads to.

use aes::{
    Aes256,
    cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, consts::U16},
};

use super::Refused;

/// The block of AES.
const BLOCK: usize = 16;

/// A key whose schedule was computed once.
#[derive(Clone)]
pub(crate) struct Cipher(Aes256);

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Cipher(Aes256::new(key.into()))
    }

    /// Pads to a multiple of `pad_to` (at most 255) and encrypts.
    pub(crate) fn encrypt(&self, iv: &[u8; BLOCK], mut data: Vec<u8>, pad_to: u8) -> Vec<u8> {
        // The remainder is less than `pad_to`, so it fits too.
        let pad = pad_to - (data.len() % usize::from(pad_to)) as u8;
        data.resize(data.len() + usize::from(pad), pad);
        let (blocks, _) = Array::<u8, U16>::slice_as_chunks_mut(&mut data);
        cbc::Encryptor::inner_iv_init(&self.0, iv.into()).encrypt_blocks(blocks);
        data
    }

    /// Decrypts in place and returns the length without the padding, which must be right in every byte.
    pub(crate) fn decrypt(&self, iv: &[u8; BLOCK], data: &mut [u8], pad_to: u8) -> Result<usize, Refused> {
        let (blocks, rest) = Array::<u8, U16>::slice_as_chunks_mut(data);
        crate::dispatch::observe::decrypting();
        if blocks.is_empty() || !rest.is_empty() {
            return Err(Refused::WrongLength);
        }
        cbc::Decryptor::inner_iv_init(&self.0, iv.into()).decrypt_blocks(blocks);
        unpad(data, pad_to).ok_or(Refused::WrongPadding)
    }
}

/// The length without padding of 1 to `pad_to` bytes. It looks at as many bytes whatever they are, so that the time
/// does not tell which of them is wrong.
fn unpad(data: &[u8], pad_to: u8) -> Option<usize> {
    let pad = *data.last()?;
    let wrong = (0..pad_to).zip(data.iter().rev()).fold(0, |wrong, (i, byte)| {
        let counts = u8::from(i < pad);
        wrong | (counts * (byte ^ pad))
    });
    let length = data.len().checked_sub(usize::from(pad));
    length.filter(|_| wrong == 0 && (1..=pad_to).contains(&pad))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn padding_is_strict() {
        let ends_with = |tail: &[u8]| [&[7; 48][tail.len()..], tail].concat();
        assert_eq!(unpad(&ends_with(&[1]), 16), Some(47));
        assert_eq!(unpad(&ends_with(&[16; 16]), 16), Some(32));
        assert_eq!(unpad(&ends_with(&[32; 32]), 32), Some(16));
        assert_eq!(unpad(&[16; 16], 16), Some(0));
        assert_eq!(unpad(&ends_with(&[0]), 16), None, "zero");
        assert_eq!(unpad(&ends_with(&[17; 17]), 16), None, "more than the block");
        assert_eq!(unpad(&ends_with(&[33; 33]), 32), None, "more than the block");
        assert_eq!(unpad(&ends_with(&[2, 3, 3]), 16), None, "one byte wrong");
        assert_eq!(unpad(&[32; 16], 32), None, "more than there is");
        assert_eq!(unpad(&[], 16), None);
    }

    #[test]
    fn only_whole_blocks_are_decrypted() {
        let cipher = Cipher::new(&[1; 32]);
        for length in [0, 1, 15, 17, 31] {
            assert_eq!(cipher.decrypt(&[0; 16], &mut vec![0; length], 16), Err(Refused::WrongLength));
        }
    }

    proptest! {
        #[test]
        fn round_trips(key: [u8; 32], iv: [u8; 16], data: Vec<u8>, wide: bool) {
            let pad_to = if wide { 32 } else { 16 };
            let cipher = Cipher::new(&key);
            let mut buffer = cipher.encrypt(&iv, data.clone(), pad_to);
            prop_assert_eq!(buffer.len() % usize::from(pad_to), 0);
            let length = cipher.decrypt(&iv, &mut buffer, pad_to);
            prop_assert_eq!(length.map(|length| &buffer[..length]), Ok(&data[..]));
        }

        #[test]
        fn no_bytes_make_it_panic(key: [u8; 32], iv: [u8; 16], mut data: Vec<u8>) {
            let _ = Cipher::new(&key).decrypt(&iv, &mut data, 32);
        }
    }
}
