use chrono::TimeZone;

use super::*;

#[test]
fn every_number_is_told_in_openmetrics() {
    let metrics = Metrics::new();
    metrics.request(RouteKind::Feed, 304);
    metrics.request(RouteKind::Feed, 304);
    metrics.request(RouteKind::Other, 404);
    metrics.rendered(Duration::from_millis(3));
    metrics.render_failed();
    metrics.render_refused();
    metrics.cache_lookup(true);
    metrics.cache_lookup(true);
    metrics.cache_lookup(false);
    metrics.cache(CacheFigures {
        bytes: 4096,
        documents: 2,
    });
    metrics.scan(ScanExtent::Full, Duration::from_millis(300));
    metrics.scan(ScanExtent::Partial, Duration::from_micros(200));
    let figures = SnapshotFigures {
        posts: 12,
        feeds: 9,
        errors: 1,
        warnings: 2,
        notes: 3,
    };
    let at = Utc.timestamp_millis_opt(1_700_000_000_500).unwrap();
    metrics.snapshot_published(figures, at);
    metrics.stale(true);
    metrics.polling(true, 2);

    let text = metrics.encode();
    for line in [
        "newswire_http_requests_total{route=\"feed\",status=\"304\"} 2",
        "newswire_http_requests_total{route=\"other\",status=\"404\"} 1",
        "newswire_renders_total 1",
        "newswire_render_seconds_count 1",
        "newswire_render_seconds_bucket{le=\"0.005\"} 1",
        "newswire_render_failures_total 1",
        "newswire_renders_refused_total 1",
        "newswire_cache_hits_total 2",
        "newswire_cache_misses_total 1",
        "newswire_cache_bytes 4096",
        "newswire_cache_documents 2",
        "newswire_scans_total{extent=\"full\"} 1",
        "newswire_scans_total{extent=\"partial\"} 1",
        "newswire_scan_seconds_count 2",
        "newswire_posts 12",
        "newswire_feeds 9",
        "newswire_last_publish_timestamp_seconds 1700000000.5",
        "newswire_snapshots_total 1",
        "newswire_stale 1",
        "newswire_polling 1",
        "newswire_polled_folders 2",
        "newswire_findings{severity=\"error\"} 1",
        "newswire_findings{severity=\"warning\"} 2",
        "newswire_findings{severity=\"note\"} 3",
    ] {
        assert!(
            text.lines().any(|present| present == line),
            "{line} is missing in\n{text}"
        );
    }
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn a_new_snapshot_replaces_the_figures_of_the_last() {
    let metrics = Metrics::new();
    metrics.snapshot_published(
        SnapshotFigures {
            errors: 5,
            ..Default::default()
        },
        Utc::now(),
    );
    metrics.snapshot_published(SnapshotFigures::default(), Utc::now());
    let text = metrics.encode();
    assert!(text.contains("newswire_findings{severity=\"error\"} 0"), "{text}");
}
