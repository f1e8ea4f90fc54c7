//! Reads a record through the door into a journal: up to the first event that does not fit, with what is in doubt. It writes
//! nothing but what a repair cuts off.

use crate::desk::core::clock_ahead::AHEAD;
use crate::desk::core::doubt::Doubt;
use crate::desk::core::error::DeskError;
use crate::desk::core::journal::Journal;
use crate::domain::record::event::{Event, Head};
use crate::store::Stored;
use crate::store::verify::{self, ChainBreak};

impl Journal {
    /// Of a record far ahead of this machine's clock, finds where that begins.
    pub(super) fn find_wrong_clock(&mut self) -> Result<(), DeskError> {
        let Some(Doubt::Ahead { machine, .. }) = self.doubt else {
            return Ok(());
        };
        for stored in self.record.read_events_after(0)? {
            let event = Event::parse_at(stored.seq, &stored.bytes)?;
            if event.at > machine + AHEAD
                && let Some(Doubt::Ahead { from, .. }) = &mut self.snapshot.doubt
            {
                *from = event.seq;
                break;
            }
        }
        Ok(())
    }

    /// Reads the adopted texts. One that cannot be read was never looked at by this program: it does not fit.
    pub(super) fn read_adopted(&mut self) -> Result<(), DeskError> {
        while let Err(error) = self.snapshot.read_books() {
            let DeskError::Files(troubles) = &error else {
                return Err(error);
            };
            let adopted = self.state.adopted.values().flat_map(|of| of.values());
            let Some(last) = adopted
                .map(|a| a.seq)
                .max()
                .filter(|_| self.doubt.is_none())
            else {
                return Err(error);
            };
            let what = troubles
                .first()
                .map_or_else(String::new, ToString::to_string);
            let what = format!("the text that it adopts cannot be read: {what}");
            self.read_up_to(ChainBreak::new(last, what))?;
        }
        Ok(())
    }

    /// Takes events in; where one does not fit, the journal holds those before it and says so.
    pub(super) fn take_in(&mut self, stored: &[Stored]) -> Result<(), DeskError> {
        if self.doubt.is_some() {
            return Ok(());
        }
        if verify::reaches_back(&self.snapshot.state, stored) {
            return self.read_anew();
        }
        if self.snapshot.take_events(stored, self.wrong_from).is_err() {
            self.read_anew()?;
        }
        Ok(())
    }

    /// Reads the whole record again, up to the first event that does not fit.
    pub(super) fn read_anew(&mut self) -> Result<(), DeskError> {
        self.snapshot.forget_events();
        let all = self.record.read_events_after(0)?;
        match self.snapshot.take_events(&all, self.wrong_from) {
            Ok(()) => Ok(()),
            Err(misfit) => self.read_up_to(misfit),
        }
    }

    /// Reads the record again, up to an event that does not fit.
    fn read_up_to(&mut self, misfit: ChainBreak) -> Result<(), DeskError> {
        let mut all = self.record.read_events_after(0)?;
        let mut misfit = Some(misfit);
        while let Some(found) = misfit.take() {
            let fit = usize::try_from(found.seq.saturating_sub(1)).unwrap_or(all.len());
            if fit >= all.len() {
                return Err(DeskError::Doubtful(Doubt::Misfit(found)));
            }
            all.truncate(fit);
            self.snapshot.forget_events();
            self.snapshot.doubt = Some(Doubt::Misfit(found));
            misfit = self.snapshot.take_events(&all, self.wrong_from).err();
        }
        Ok(())
    }

    /// The events that are believed, in order, each at the time that counts: what looks back reads these.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn believed_events(&self) -> Result<Vec<Event>, DeskError> {
        let mut stored = self.record.read_events_after(0)?;
        stored.truncate(usize::try_from(self.head().seq).unwrap_or(usize::MAX));
        Ok(verify::read_believed(&stored)?)
    }

    /// Nothing is written, said or published on a record of which something is in doubt.
    ///
    /// # Errors
    /// What is the matter with it.
    pub(crate) fn check_trusted(&self) -> Result<(), DeskError> {
        match &self.doubt {
            Some(doubt) => Err(DeskError::Doubtful(doubt.clone())),
            None => Ok(()),
        }
    }

    /// True when the record has exactly this event.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn holds(&self, head: &Head) -> Result<bool, DeskError> {
        if head.seq == 0 || *head == self.head {
            return Ok(true);
        }
        let found = self.record.read_event(head.seq)?;
        Ok(found.is_some_and(|e| e.hash == head.hash))
    }

    /// What was in doubt is settled.
    pub(super) fn set_doubt_aside(&mut self) {
        self.snapshot.doubt = None;
    }

    /// Marks the record as doubtful: of a fault that is found outside of it.
    pub(crate) fn cast_doubt(&mut self, doubt: Doubt) {
        self.snapshot.doubt.get_or_insert(doubt);
    }

    /// Cuts off what is stored after the last event that fits.
    pub(super) fn cut_off(&mut self) -> Result<(), DeskError> {
        let head = self.snapshot.head.clone();
        Ok(self.record.cut_after(head.seq)?)
    }
}
