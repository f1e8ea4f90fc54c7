//! Standard input that ends only when every call was answered: the protocol's library drops answers that come more than a few
//! seconds after the end. It reads no message.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf, Stdin};
use tokio::sync::watch;

/// Where the input stands.
enum Stage {
    Open(watch::Receiver<usize>),
    /// It has ended; calls are still to be answered.
    Waiting(Pin<Box<dyn Future<Output = ()> + Send>>),
    Ended,
}

pub(super) struct PatientInput {
    stdin: Stdin,
    stage: Stage,
}

impl PatientInput {
    /// Input that waits for so many calls.
    pub fn new(busy: watch::Receiver<usize>) -> PatientInput {
        PatientInput {
            stdin: tokio::io::stdin(),
            stage: Stage::Open(busy),
        }
    }
}

impl AsyncRead for PatientInput {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if let Stage::Open(busy) = &self.stage {
            let mut busy = busy.clone();
            let before = buffer.filled().len();
            ready!(Pin::new(&mut self.stdin).poll_read(context, buffer))?;
            if buffer.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
            self.stage = Stage::Waiting(Box::pin(async move {
                // An error means that nobody calls any more.
                let _ = busy.wait_for(|n| *n == 0).await;
            }));
        }
        if let Stage::Waiting(answers) = &mut self.stage {
            ready!(answers.as_mut().poll(context));
            self.stage = Stage::Ended;
        }
        Poll::Ready(Ok(()))
    }
}
