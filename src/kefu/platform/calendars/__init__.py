"""Working calendars: when a service is open, with holidays, make-up days and several periods a day."""
