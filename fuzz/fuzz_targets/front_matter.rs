#![no_main]

use std::sync::{Arc, OnceLock};

use newswire::config::{Options, resolve};
use newswire::content::fields::inherited::HandedDown;
use newswire::content::{SourceFile, parse};
use newswire::content::ContentSettings;
use newswire::content::conventions::Rules;

/// The settings of a site without a configuration.
fn settings() -> &'static ContentSettings {
    static SETTINGS: OnceLock<ContentSettings> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let config = resolve(None, &Options::default()).expect("the defaults are good");
        ContentSettings::new(&config, Rules::default())
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let path: Arc<str> = "news/post.md".into();
    if let Err(fault) = parse(SourceFile::new(&path, bytes), settings(), &HandedDown::default()) {
        // The parser catches its own panics: here they are what is looked for.
        assert_ne!(fault.finding.code, "parser-panic", "{fault:?}");
    }
});
