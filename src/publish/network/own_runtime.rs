//! The runtime of one client. It is left behind, not waited for: looking up a name has no time limit of its own, and nobody
//! should wait for that after the deadline. Sends nothing.

use std::future::Future;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::publish::outlet_adapter::SetupError;

/// The runtime of one client.
pub struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// Starts the runtime; with no threads, everything runs on the thread that waits.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub fn start_threads(threads: usize) -> Result<OwnRuntime, SetupError> {
        let mut builder = match threads {
            0 => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        if threads > 0 {
            builder.worker_threads(threads);
        }
        let runtime = builder
            .enable_all()
            .build()
            .map_err(|e| SetupError::new(format!("no thread for the network: {e}"), ""))?;
        Ok(OwnRuntime(Some(runtime)))
    }

    /// Where tasks are started; none while the runtime ends.
    pub fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }

    /// Waits for what a task gives; none while the runtime ends.
    pub fn wait_for<T>(&self, task: impl Future<Output = T>) -> Option<T> {
        self.0.as_ref().map(|r| r.block_on(task))
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
