//! Why a request was refused.

/// Why a request was refused: for logs and [`on_refused`](super::Builder::on_refused), never for the caller, who gets
/// the same answer whatever the reason. A reason holds no part of the request and no secret.
///
/// The reasons stand in the order in which they are found, so that the greatest of several is that of the credential
/// that came closest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The credential has no secret, or an empty one, and matches nothing.
    #[error("the credential has no secret, or an empty one")]
    NoSecret,
    /// Some of signature, time stamp and nonce are there, others are not.
    #[error("signature, time stamp or nonce is missing")]
    IncompleteSignature,
    /// The signature is not the hex text of a hash of the right length.
    #[error("the signature is not a hash in hex")]
    MalformedSignature,
    /// The signature has the length of the SHA-1 that Lark's old message card uses.
    #[error("the signature is that of the old message card, which is not enabled")]
    OldCardSignature,
    /// Not signed, and longer than the one request that arrives unsigned.
    #[error("not signed, and too long for a verification of the URL")]
    UnsignedTooLong,
    /// The body is not UTF-8 text.
    #[error("not UTF-8")]
    NotUtf8,
    /// The body is no JSON object, or a value in it is no text where it must be one.
    #[error("not a JSON object of the expected form")]
    NotJson,
    /// The body is not encrypted, although it must be.
    #[error("not encrypted, although a key is configured")]
    Plaintext,
    /// The body is encrypted, and the credential has no key.
    #[error("encrypted, but no key is configured")]
    Encrypted,
    /// The signature is not that of this secret over this body.
    #[error("wrong signature")]
    WrongSignature,
    /// The encrypted text is no base64.
    #[error("the encrypted text is not base64")]
    NotBase64,
    /// The encrypted bytes are no whole number of blocks.
    #[error("the encrypted bytes have an impossible length")]
    WrongLength,
    /// The padding is wrong, usually because the key is.
    #[error("wrong padding after decryption; is it the right key?")]
    WrongPadding,
    /// What was decrypted has not the layout of the platform.
    #[error("the decrypted bytes have not the expected layout")]
    WrongLayout,
    /// What was decrypted is meant for another app or organisation.
    #[error("the owner key is another")]
    WrongOwner,
    /// Not signed, and no verification of the URL, which alone arrives unsigned.
    #[error("not signed, and no verification of the URL")]
    UnsignedEvent,
    /// Signed as an old message card, and none.
    #[error("signed as an old message card, and none")]
    NoOldCard,
    /// The verification token is another, or missing.
    #[error("wrong verification token")]
    WrongToken,
    /// Sent too long ago, or in the future.
    #[error("sent too long ago, or in the future; is the clock right?")]
    Expired,
}

impl Refused {
    /// As a label of metrics.
    pub(super) fn label(self) -> &'static str {
        match self {
            Refused::NoSecret => "no_secret",
            Refused::IncompleteSignature => "incomplete_signature",
            Refused::MalformedSignature => "malformed_signature",
            Refused::OldCardSignature => "old_card_signature",
            Refused::UnsignedTooLong => "unsigned_too_long",
            Refused::NotUtf8 => "not_utf8",
            Refused::NotJson => "not_json",
            Refused::Plaintext => "plaintext",
            Refused::Encrypted => "encrypted",
            Refused::WrongSignature => "wrong_signature",
            Refused::NotBase64 => "not_base64",
            Refused::WrongLength => "wrong_length",
            Refused::WrongPadding => "wrong_padding",
            Refused::WrongLayout => "wrong_layout",
            Refused::WrongOwner => "wrong_owner",
            Refused::UnsignedEvent => "unsigned_event",
            Refused::NoOldCard => "no_old_card",
            Refused::WrongToken => "wrong_token",
            Refused::Expired => "expired",
        }
    }
}
