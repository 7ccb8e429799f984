"""Archives of a folder that have the same bytes each time: names in order, no times, no owners."""

import stat
import tarfile
import zipfile


def entries(folder):
    """(name in the archive, path) of every file and folder, in order."""
    return sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*"))


def mode_of(path):
    if path.is_dir() and path.stat().st_mode & stat.S_ISVTX:
        return 0o1777  # a folder for everybody
    return 0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644


def write_zip(folder, to):
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in entries(folder):
            if path.is_dir():
                continue
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that modes count
            entry.external_attr = (stat.S_IFREG | mode_of(path)) << 16
            archive.writestr(entry, path.read_bytes())


def write_tar(folder, to):
    def plain(entry):
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        entry.mode = mode_of(folder / entry.name)
        return entry

    with tarfile.open(to, "w", format=tarfile.GNU_FORMAT) as archive:
        for name, path in entries(folder):
            archive.add(path, name, recursive=False, filter=plain)
