"""One model's threshold: what it trades, for everybody and for each group of people."""
