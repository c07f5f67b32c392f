//! What handlers may take and how they are registered, with real events.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use workplace_events::{
    Event,
    dispatch::{Extract, HandlerError},
    lark::{self, contact::P1UserChanged, im::P2ImMessageReceiveV1},
    runtime::event::Context,
};

use crate::{ERROR, SUCCESS, Seen, answer, common::message, lark_credential, lark_webhook};

/// The directory of an organisation, which cannot be asked the first time.
#[derive(Clone, Default)]
struct Directory(Arc<AtomicUsize>);

/// An organisation by its name.
struct Organisation(String);

impl Extract for Organisation {
    fn extract(context: &Context) -> Result<Self, HandlerError> {
        let directory = context.delivery().states().get::<Directory>().ok_or("no directory")?;
        match directory.0.fetch_add(1, Ordering::SeqCst) {
            0 => Err("the directory of hunter2 is down".into()),
            _ => Ok(Organisation(format!("{} Ltd", context.header().tenant().ok_or("no organisation")?))),
        }
    }
}

#[tokio::test]
async fn an_extractor_that_fails_has_the_event_sent_again_without_calling_the_handler() {
    let seen = Seen::default();
    let noted = seen.clone();
    let webhook = lark_webhook(
        lark::EventDispatcher::builder().state(Directory::default()).on_p2_im_message_receive_v1(
            async move |_: Event<P2ImMessageReceiveV1>, Organisation(name): Organisation| noted.note(name),
        ),
    );
    let request = message("hello").request(&lark_credential()).expect("seals");
    assert_eq!(answer(&webhook, request.clone()).await, (500, ERROR.to_owned()), "and nothing of why");
    assert!(seen.all().is_empty(), "{:?}", seen.all());
    assert_eq!(answer(&webhook, request).await, (200, SUCCESS.to_owned()));
    assert_eq!(seen.all(), ["2ca1d211f64f6438 Ltd"]);
}

#[test]
fn registering_a_group_and_a_member_of_it_names_both_places() {
    let error = lark::EventDispatcher::builder()
        .on_p1_user_leave(async |_: Event<P1UserChanged>| ())
        .on_p1_user_changed(async |_: Event<P1UserChanged>| ())
        .build()
        .expect_err("`user_leave` is registered twice");
    let text = error.to_string();
    let line = line!() - 5;
    let (member, group) = (format!("handlers.rs:{line}:"), format!("handlers.rs:{}:", line + 1));
    assert!(text.starts_with("`user_leave` has two handlers"), "{text}");
    assert!(text.contains(&member) && text.contains(&group), "{text}");
    assert_eq!(text.lines().count(), 1, "the other members are registered once: {text}");
}
