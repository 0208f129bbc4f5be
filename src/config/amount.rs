//! Amounts of time and memory.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::reader::Amount;
use crate::vocabulary::Complaint;

/// A length of time: `15m`, or a number of seconds.
pub(super) fn duration(
    written: &Amount<'_>,
    bounds: RangeInclusive<Duration>,
) -> Result<Duration, Complaint> {
    const UNITS: [(&str, u64); 10] = [
        ("ms", 1),
        ("s", 1_000),
        ("sec", 1_000),
        ("m", 60_000),
        ("min", 60_000),
        ("h", 3_600_000),
        ("hour", 3_600_000),
        ("hours", 3_600_000),
        ("d", 86_400_000),
        ("days", 86_400_000),
    ];
    let milliseconds = match written {
        Amount::Number(seconds) => u64::try_from(*seconds).ok().and_then(|s| s.checked_mul(1_000)),
        Amount::Text(text) => amount(text, &UNITS),
    };
    let duration = milliseconds.map(Duration::from_millis).ok_or_else(|| {
        Complaint::new(
            format!("“{written}” is no length of time"),
            "write a number and ms, s, m, h or d, such as 90s or 15m",
        )
    })?;
    if bounds.contains(&duration) {
        return Ok(duration);
    }
    let (least, most) = (show_duration(*bounds.start()), show_duration(*bounds.end()));
    Err(Complaint::new(
        format!("“{written}” is out of range"),
        format!("write something from {least} to {most}"),
    ))
}

/// As it would be written in the file.
fn show_duration(duration: Duration) -> String {
    let (seconds, milliseconds) = (duration.as_secs(), duration.subsec_millis());
    match seconds {
        _ if milliseconds > 0 => format!("{}ms", duration.as_millis()),
        _ if seconds > 0 && seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        _ if seconds > 0 && seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        _ => format!("{seconds}s"),
    }
}

/// An amount of memory in bytes: `64 MiB`, or a number of bytes.
pub(super) fn memory(written: &Amount<'_>, bounds: RangeInclusive<u64>) -> Result<u64, Complaint> {
    const UNITS: [(&str, u64); 8] = [
        ("B", 1),
        ("kB", 1_000),
        ("KB", 1_000),
        ("KiB", 1 << 10),
        ("MB", 1_000_000),
        ("MiB", 1 << 20),
        ("GB", 1_000_000_000),
        ("GiB", 1 << 30),
    ];
    let bytes = match written {
        Amount::Number(bytes) => u64::try_from(*bytes).ok(),
        Amount::Text(text) => amount(text, &UNITS),
    };
    let bytes = bytes.ok_or_else(|| {
        Complaint::new(
            format!("“{written}” is no amount of memory"),
            "write a number and KiB, MiB or GiB, such as 64 MiB",
        )
    })?;
    if bounds.contains(&bytes) {
        return Ok(bytes);
    }
    let (least, most) = (bounds.start() >> 20, bounds.end() >> 20);
    Err(Complaint::new(
        format!("“{written}” is out of range"),
        format!("write something from {least} MiB to {most} MiB"),
    ))
}

/// A whole number and a unit, with or without a space between.
fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = (&text[..end], text[end..].trim_start());
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocabulary::complaint::message_and_help;

    #[test]
    fn an_amount_has_a_unit_or_is_a_bare_number() {
        let any_time = || Duration::ZERO..=Duration::MAX;
        let time = |written: &str| duration(&Amount::Text(written.into()), any_time());
        assert_eq!(time("15m"), Ok(Duration::from_mins(15)));
        assert_eq!(time(" 1500 ms "), Ok(Duration::from_millis(1500)));
        assert_eq!(time("2d"), Ok(Duration::from_hours(48)));
        assert_eq!(
            duration(&Amount::Number(90), any_time()),
            Ok(Duration::from_secs(90))
        );
        for bad in [
            "15",
            "m",
            "-1s",
            "1.5h",
            "1 fortnight",
            "99999999999999999999s",
            "9999999999999999d",
            "",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
        let size = |written: &str| memory(&Amount::Text(written.into()), 0..=u64::MAX);
        assert_eq!(size("64 MiB"), Ok(64 << 20));
        assert_eq!(size("1kB"), Ok(1000));
        assert_eq!(memory(&Amount::Number(5), 0..=9), Ok(5));
        for bad in ["64", "64 mib", "-1 B", "99999999999 GiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
        assert!(duration(&Amount::Number(-1), any_time()).is_err());
    }

    #[test]
    fn an_amount_out_of_range_is_told_the_range() {
        let bounds = Duration::from_millis(100)..=Duration::from_hours(24);
        assert_eq!(
            message_and_help(duration(&Amount::Text("2d".into()), bounds)),
            (
                "“2d” is out of range".into(),
                "write something from 100ms to 1d".into()
            )
        );
        assert_eq!(
            message_and_help(memory(&Amount::Number(64), 1 << 20..=1 << 30)),
            (
                "“64” is out of range".into(),
                "write something from 1 MiB to 1024 MiB".into()
            )
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_a_check_panic(text in "[0-9]* ?.*") {
            let amount = Amount::Text(text.into());
            let _ = duration(&amount, Duration::ZERO..=Duration::MAX);
            let _ = memory(&amount, 0..=u64::MAX);
        }
    }
}
