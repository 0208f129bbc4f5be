#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| newswire::server::fuzzing::conditional(bytes));
