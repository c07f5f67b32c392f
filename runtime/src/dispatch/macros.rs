//! The dispatcher of one platform, as the generated crate declares it.

/// `EventDispatcher` and its builder for a platform: local types, so that registration methods are inherent.
#[macro_export]
macro_rules! event_dispatcher {
    ($platform:ident) => {
        /// The handlers of this platform. Cheap to clone.
        #[derive(Debug, Clone)]
        pub struct EventDispatcher($crate::dispatch::Dispatcher<$platform>);

        /// A dispatcher that is being built: one `on_*` method per event.
        #[derive(Debug)]
        #[must_use = "a builder does nothing until `build` is called"]
        pub struct EventDispatcherBuilder($crate::dispatch::Builder<$platform>);

        impl EventDispatcher {
            /// Starts with no handlers.
            pub fn builder() -> EventDispatcherBuilder {
                EventDispatcherBuilder($crate::dispatch::Dispatcher::builder())
            }

            /// Opens a payload that was authenticated and decrypted, and runs the handlers of its events.
            /// `transport` is the one it came by, such as `webhook`.
            pub async fn dispatch(
                &self,
                transport: &str,
                payload: impl ::std::convert::Into<$crate::reexport::Bytes>,
            ) -> $crate::dispatch::Answer {
                self.0.dispatch(transport, payload.into()).await
            }

            /// What is handled, and which permissions that needs.
            #[must_use]
            pub fn manifest(&self) -> &$crate::dispatch::Manifest {
                self.0.manifest()
            }

            /// Takes no more events (the platform is asked to send them again) and waits until the handlers that run
            /// are done, at most this long. Gives the number of those that still run.
            pub async fn shutdown(&self, at_most: ::std::time::Duration) -> usize {
                self.0.shutdown(at_most).await
            }
        }

        impl ::std::convert::AsRef<$crate::dispatch::Dispatcher<$platform>> for EventDispatcher {
            fn as_ref(&self) -> &$crate::dispatch::Dispatcher<$platform> {
                &self.0
            }
        }

        impl EventDispatcherBuilder {
            /// Registers a handler by the platform's name of an event, for one that has no schema or as raw JSON.
            #[track_caller]
            pub fn on_custom<H, M>(self, event: impl ::std::convert::Into<::std::string::String>, handler: H) -> Self
            where
                H: $crate::dispatch::EventHandler<$crate::Json, M>,
                M: 'static,
            {
                EventDispatcherBuilder(self.0.on_custom(event, handler))
            }

            /// Registers a handler by the platform's name of a callback that has no schema, or as raw JSON; its answer
            /// is JSON as well.
            #[track_caller]
            pub fn on_custom_callback<H, M>(
                self,
                event: impl ::std::convert::Into<::std::string::String>,
                handler: H,
            ) -> Self
            where
                H: $crate::dispatch::CallbackHandler<$crate::Json, $crate::Json, M>,
                M: 'static,
            {
                EventDispatcherBuilder(self.0.on_custom_callback(event, handler))
            }

            /// Called for every event and callback, after its handler if it has one. When it fails, the platform is
            /// asked to send the event again.
            #[track_caller]
            pub fn on_any<H, M>(self, handler: H) -> Self
            where
                H: $crate::dispatch::EventHandler<(), M>,
                M: 'static,
            {
                EventDispatcherBuilder(self.0.on_any(handler))
            }

            /// What happens to events that no handler takes. Without it they are acknowledged.
            #[track_caller]
            pub fn on_unhandled<H, M>(self, handler: H) -> Self
            where
                H: $crate::dispatch::EventHandler<(), M>,
                M: 'static,
            {
                EventDispatcherBuilder(self.0.on_unhandled(handler))
            }

            /// Further handlers for events that may have one already: without this, registering an event twice is a
            /// mistake. They run one after another, in the order of their registration. When one wants the event again,
            /// the rest is not run, and with the repetition all are run again.
            pub fn also(self, register: impl ::std::ops::FnOnce(Self) -> Self) -> Self {
                EventDispatcherBuilder(self.0.also(|builder| register(EventDispatcherBuilder(builder)).0))
            }

            /// A value that handlers may take as [`State`]($crate::dispatch::State). One per type.
            #[track_caller]
            pub fn state<S>(self, state: S) -> Self
            where
                S: ::std::any::Any
                    + ::std::clone::Clone
                    + ::std::marker::Send
                    + ::std::marker::Sync,
            {
                EventDispatcherBuilder(self.0.state(state))
            }

            /// When events are acknowledged. Default: after their handler.
            pub fn acknowledge(self, when: $crate::dispatch::Acknowledge) -> Self {
                EventDispatcherBuilder(self.0.acknowledge(when))
            }

            /// What the platform is told when a handler takes too long. Default: to send the event again.
            pub fn when_late(self, late: $crate::dispatch::Late) -> Self {
                EventDispatcherBuilder(self.0.when_late(late))
            }

            /// After which time a handler that does not end is given up: it is dropped where it waits, and the platform
            /// may send the event again. Default: 10 minutes, where the delivery has a time limit.
            pub fn abandon_after(self, time: ::std::time::Duration) -> Self {
                EventDispatcherBuilder(self.0.abandon_after(time))
            }

            /// Where the events that were seen are remembered. Default: in memory, for 12 hours.
            pub fn dedup(self, store: impl $crate::dispatch::Store) -> Self {
                EventDispatcherBuilder(self.0.dedup(store))
            }

            /// Handles an event as often as it arrives: the platform sends one again whenever it saw no answer in time.
            pub fn without_dedup(self) -> Self {
                EventDispatcherBuilder(self.0.without_dedup())
            }

            /// The events of this name whose bodies hold equal values under these paths (keys joined by dots) are
            /// handled one after another; without a path, all side by side. Instead of what the schema says.
            #[track_caller]
            pub fn order_by<S: ::std::convert::Into<::std::string::String>>(
                self,
                event: impl ::std::convert::Into<::std::string::String>,
                paths: impl ::std::iter::IntoIterator<Item = S>,
            ) -> Self {
                EventDispatcherBuilder(self.0.order_by(event, paths))
            }

            /// Called with the event's name for every place where a payload differs from its schema; once per place
            /// and kind of difference. Elements of a list are one place.
            pub fn on_drift(
                self,
                hook: impl Fn(&str, &$crate::drift::Drift)
                    + ::std::marker::Send
                    + ::std::marker::Sync
                    + 'static,
            ) -> Self {
                EventDispatcherBuilder(self.0.on_drift(hook))
            }

            /// Called for payloads that cannot be read at all. Without it they are logged.
            pub fn on_decode_error(
                self,
                hook: impl Fn(&$crate::dispatch::DecodeError)
                    + ::std::marker::Send
                    + ::std::marker::Sync
                    + 'static,
            ) -> Self {
                EventDispatcherBuilder(self.0.on_decode_error(hook))
            }

            /// The dispatcher.
            ///
            /// # Errors
            ///
            /// An event that was registered twice (the message names both places), a state that a handler takes and
            /// nobody gave, a path that leads nowhere.
            pub fn build(self) -> ::std::result::Result<EventDispatcher, $crate::dispatch::BuildError> {
                self.0.build().map(EventDispatcher)
            }
        }

        impl ::std::convert::From<EventDispatcher> for $crate::dispatch::Dispatcher<$platform> {
            fn from(dispatcher: EventDispatcher) -> Self {
                dispatcher.0
            }
        }
    };
}
