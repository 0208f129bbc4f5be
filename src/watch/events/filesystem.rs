//! File systems on which changes made elsewhere send no events here.

use std::path::Path;

/// The name of such a file system, if the path is on one.
#[cfg(target_os = "linux")]
pub(super) fn without_events(path: &Path) -> Option<&'static str> {
    // The numbers of statfs(2).
    const SILENT: [(u64, &str); 12] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xfe53_4d42, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0x6573_5546, "FUSE"),
        (0x0102_1997, "9p"),
        (0x00c3_6400, "Ceph"),
        (0x5346_414f, "AFS"),
        (0x6b41_4653, "AFS"),
        (0x786f_4256, "a VirtualBox share"),
        (0x7c7c_6673, "a Parallels share"),
        (0xbacb_acbc, "a VMware share"),
    ];
    let kind = rustix::fs::statfs(path).ok()?.f_type as u64 & 0xffff_ffff;
    SILENT
        .iter()
        .find(|(number, _)| *number == kind)
        .map(|(_, name)| *name)
}

/// The name of such a file system, if the path is on one.
#[cfg(not(target_os = "linux"))]
pub(super) fn without_events(_path: &Path) -> Option<&'static str> {
    None
}
