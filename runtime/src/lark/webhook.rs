//! The webhook receiver.

use std::{
    ops::ControlFlow,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Response, StatusCode, request::Parts};
use serde_json::json;

use super::{Authentic, Credential, TIMESTAMP};
use crate::{
    dispatch::Answer,
    platform::Platform,
    webhook::{BuildError, Builder, Receiver, Refused, Scheme, answer, stamp::sent},
};

/// Receives events, callbacks and the verification of the URL.
///
/// | outcome | answer |
/// | --- | --- |
/// | the URL is verified | 200, `{"challenge": ...}` |
/// | handled, or nobody handles it | 200, `{"msg":"success"}` |
/// | a callback was answered | 200, that answer |
/// | a handler failed or took longer than 2.5 s | 500, `{"msg":"error"}`: the platform sends it again |
/// | authentic, but no event | 400 |
/// | not authentic | 401, whatever the reason |
/// | not POST, too large, not JSON | 405, 413, 415 |
///
/// The platform waits 3 s and sends a failed event again after 15 s, 5 min, 1 h and 6 h; it never repeats a callback:
/// [how events are delivered](https://open.feishu.cn/document/server-docs/event-subscription-guide/overview).
///
/// ```
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use workplace_events_runtime::{dispatch::Dispatcher, platform::Platform, webhook::BuildError};
/// use workplace_events_runtime::lark::{Credential, Webhook};
///
/// # async fn example<P: Platform>(dispatcher: Dispatcher<P>, request: Request<Bytes>) -> Result<(), BuildError> {
/// let credential = Credential::new().encrypt_key("...").verification_token("...");
/// let webhook = Webhook::builder(dispatcher).credential(credential).build()?;
/// let response: Response<Bytes> = webhook.receive(request).await;
/// # Ok(())
/// # }
/// ```
pub type Webhook<P> = Receiver<P, Credential>;

impl<P: Platform> Builder<P, Credential> {
    /// Accepts every plaintext request, from anybody. For a test, or behind something that authenticates.
    ///
    /// It takes the place of all credentials; giving both is an error.
    pub fn insecure_accept_unauthenticated(self) -> Self {
        self.credential(Credential::trusting())
    }
}

impl Scheme for Credential {
    const TIME_LIMIT: Duration = Duration::from_millis(2500);

    fn check(credentials: &[Self]) -> Result<(), BuildError> {
        match credentials {
            [only] if only.is_trusting() => Ok(()),
            several if several.iter().any(Credential::is_trusting) => Err(BuildError::NeedlessCredential),
            all if all.iter().any(Credential::lacks_token_for_old_cards) => {
                Err(BuildError::OldCardsWithoutToken)
            }
            all if all.iter().all(Credential::has_secret) => Ok(()),
            _ => Err(BuildError::NoSecret),
        }
    }

    fn open(&self, head: &Parts, body: &Bytes) -> Result<ControlFlow<Answer, Bytes>, Refused> {
        Ok(match self.authenticate(&head.headers, body)? {
            Authentic::Challenge(challenge) => {
                let answer = json!({ "challenge": challenge }).to_string();
                ControlFlow::Break(Answer::Reply(answer.into()))
            }
            Authentic::Event(event) => ControlFlow::Continue(event),
        })
    }

    fn name(&self) -> Option<&str> {
        self.app()
    }

    fn sent(&self, head: &Parts) -> Option<SystemTime> {
        head.headers.get(&TIMESTAMP).map(|stamp| sent(stamp.as_bytes()))
    }

    fn respond(&self, answer: Answer) -> Response<Bytes> {
        match answer {
            Answer::Acknowledged => answer::success(),
            Answer::Reply(json) => answer::json(StatusCode::OK, json),
            Answer::Retry => answer::retry(),
            Answer::Malformed => answer::malformed(),
        }
    }
}
