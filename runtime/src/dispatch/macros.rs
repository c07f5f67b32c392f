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

            /// What happens to events that no handler takes. Without it they are acknowledged.
            pub fn on_unhandled<H, M>(self, handler: H) -> Self
            where
                H: $crate::dispatch::EventHandler<(), M>,
                M: 'static,
            {
                EventDispatcherBuilder(self.0.on_unhandled(handler))
            }

            /// Called with the event's name for every place where a payload differs from its schema; once per place.
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
            /// An event that was registered twice; the message names both places.
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
