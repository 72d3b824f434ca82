//! RFC 3339, as Go reads it.

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
