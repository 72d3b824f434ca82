//! RFC 3339, as Go reads and writes it.

/// Whether Go's `RFC3339Nano` layout takes it.
pub(super) fn is_valid(text: &[u8]) -> bool {
    let Some((head, mut rest)) = text.split_first_chunk::<19>() else {
        return false;
    };
    let number = |range: std::ops::Range<usize>| {
        head[range].iter().try_fold(0_u32, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let separators = [4, 7, 10, 13, 16].map(|at| head[at]) == *b"--T::";
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let (Some(hour), Some(minute), Some(second)) = (number(11..13), number(14..16), number(17..19))
    else {
        return false;
    };
    let in_range = (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !separators || !in_range {
        return false;
    }
    if let Some((b'.' | b',', fraction)) = rest.split_first() {
        let digits = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    match rest {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |tens: &u8, ones: &u8, limit: u8| {
                tens.is_ascii_digit()
                    && ones.is_ascii_digit()
                    && (tens - b'0') * 10 + (ones - b'0') <= limit
            };
            two(h1, h2, 24) && two(m1, m2, 60)
        }
        _ => false,
    }
}

/// Whether Go's `RFC3339Nano` layout writes it so: no more digits than there have
/// to be, and no offset of nothing.
pub(super) fn is_written(text: &[u8]) -> bool {
    let Some((_, rest)) = text.split_first_chunk::<19>() else {
        return false;
    };
    let zone = rest
        .iter()
        .position(|byte| matches!(byte, b'Z' | b'+' | b'-'));
    let (fraction, zone) = rest.split_at(zone.unwrap_or(rest.len()));
    let shortest = match fraction {
        [] => true,
        [b'.', digits @ ..] => digits.len() <= 9 && digits.last() != Some(&b'0'),
        _ => false,
    };
    shortest && !matches!(zone, b"+00:00" | b"-00:00") && is_valid(text)
}

const fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_reads_more_than_it_writes() {
        for written in [
            "2024-02-29T12:34:56Z",
            "2024-02-29T12:34:56.5Z",
            "2024-02-29T12:34:56.123456789-07:30",
            "0001-01-01T00:00:00+05:30",
        ] {
            assert!(is_written(written.as_bytes()), "{written}");
        }
        for read in [
            "2024-02-29T12:34:56.50Z",
            "2024-02-29T12:34:56,5Z",
            "2024-02-29T12:34:56.1234567891Z",
            "2024-02-29T12:34:56+00:00",
        ] {
            assert!(is_valid(read.as_bytes()), "{read}");
            assert!(!is_written(read.as_bytes()), "{read}");
        }
        for neither in [
            "",
            "2024-02-29T12:34:56",
            "2023-02-29T12:34:56Z",
            "yesterday",
        ] {
            assert!(!is_valid(neither.as_bytes()), "{neither}");
            assert!(!is_written(neither.as_bytes()), "{neither}");
        }
    }
}
