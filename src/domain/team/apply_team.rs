//! Folds people, roles, keys and the rules of approval into the team. Checks no signature.

use crate::domain::record::event::Event;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::team::right::Right;
use crate::domain::team::team_fault::TeamFault;
use crate::domain::team::team_state::{Key, Rules, Team, key_id};

impl Team {
    /// Takes in an entry about people, roles, keys or rules; shifts are passed over.
    ///
    /// # Errors
    /// When it names something that no earlier event made, or would leave nobody in charge.
    pub fn apply_team(&mut self, event: &Event, payload: &TeamEvent) -> Result<(), TeamFault> {
        match payload {
            TeamEvent::PersonAdded { person, name } => {
                let full = name.clone().unwrap_or_default();
                self.people.insert(person.clone(), full);
                Ok(())
            }
            TeamEvent::RoleDefined { role, may } => {
                let may = may.iter().cloned().collect();
                self.roles.insert(role.clone(), may);
                self.check_in_charge()
            }
            TeamEvent::RoleGranted { person, role } => self.grant_role(person, role),
            TeamEvent::RoleRevoked { person, role, .. } => self.revoke_role(person, role),
            TeamEvent::KeyTrusted { person, key } => self.trust_key(event, person, key),
            TeamEvent::KeyRevoked { key, .. } => self.revoke_key(event, key),
            TeamEvent::TeamRulesSet {
                approval,
                four_eyes,
                lasts,
            } => {
                self.rules = Rules {
                    approval: *approval,
                    four_eyes: *four_eyes,
                    lasts: *lasts,
                };
                Ok(())
            }
            TeamEvent::ShiftHandedOver { .. } | TeamEvent::ShiftAccepted { .. } => Ok(()),
        }
    }

    fn grant_role(&mut self, person: &str, role: &str) -> Result<(), TeamFault> {
        self.check_known(person)?;
        if !self.roles.contains_key(role) {
            return Err(TeamFault::UnknownRole(role.to_owned()));
        }
        let granted = self.granted.entry(person.to_owned()).or_default();
        granted.insert(role.to_owned());
        self.check_in_charge()
    }

    fn revoke_role(&mut self, person: &str, role: &str) -> Result<(), TeamFault> {
        let roles = self.granted.get_mut(person);
        if !roles.is_some_and(|r| r.remove(role)) {
            return Err(TeamFault::LacksRole {
                person: person.to_owned(),
                role: role.to_owned(),
            });
        }
        self.check_in_charge()
    }

    fn trust_key(&mut self, event: &Event, person: &str, key: &str) -> Result<(), TeamFault> {
        if self.has_roles() {
            self.check_known(person)?;
        }
        let id = key_id(key);
        if self.keys.contains_key(&id) {
            return Err(TeamFault::TrustedBefore(id));
        }
        let key = Key {
            person: person.to_owned(),
            public: key.to_owned(),
            trusted: event.seq,
            revoked: None,
        };
        self.keys.insert(id, key);
        Ok(())
    }

    fn revoke_key(&mut self, event: &Event, key: &str) -> Result<(), TeamFault> {
        let found = self.keys.get_mut(key).filter(|k| k.revoked.is_none());
        let found = found.ok_or_else(|| TeamFault::UnknownKey(key.to_owned()))?;
        found.revoked = Some(event.seq);
        self.check_can_sign()
    }

    fn check_known(&self, person: &str) -> Result<(), TeamFault> {
        if self.people.contains_key(person) {
            return Ok(());
        }
        Err(TeamFault::UnknownPerson(person.to_owned()))
    }

    /// Somebody can still change people, roles and keys.
    fn check_in_charge(&self) -> Result<(), TeamFault> {
        if self.has_roles() && self.people_with_right(Right::Administer, None).is_empty() {
            return Err(TeamFault::NobodyInCharge);
        }
        self.check_can_sign()
    }

    /// Somebody who may administer has a key in force, when keys are set up.
    fn check_can_sign(&self) -> Result<(), TeamFault> {
        let is_in_charge =
            |k: &&Key| !self.has_roles() || self.has_right(&k.person, Right::Administer, None);
        let mut live = self.keys.values().filter(|k| k.revoked.is_none());
        if self.has_keys() && !live.any(|k| is_in_charge(&k)) {
            return Err(TeamFault::NobodyCanSign);
        }
        Ok(())
    }
}
