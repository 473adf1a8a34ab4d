"""Files from the network, each checked against a known hash before it lands in the cache."""
import os
from pathlib import Path

ATTEMPTS = 4
CACHE_VARIABLE = "SCRATCHNETS_CACHE"


def fetch(name, hashes, base_url):
    """The folder of the cache that holds these files, after downloading the ones that it lacks.

    pooch downloads to a temporary name, compares the hash, and only then renames: neither half a
    file nor a wrong one ever stands in the cache. A file there that fails its hash is fetched anew.
    A failed download is tried again, four times in all.

    Parameters
    ----------
    name : str
        The folder's name inside the cache: that of the operating system for scratchnets, or the
        folder that the environment variable ``SCRATCHNETS_CACHE`` names.
    hashes : dict
        From file names to their SHA-256.
    base_url : str

    Raises
    ------
    ImportError
        Without pooch.
    OSError
        When the download fails, with the cause and the way around it.
    """
    try:
        import pooch
    except ImportError:
        raise ImportError(f'downloading {name!r} needs pooch: pip install -e ".[datasets]" in the repository; '
                          f"or download {', '.join(hashes)} yourself and name their folder: "
                          f'load("{name}", folder=...), or --data FOLDER') from None
    import requests

    cache = Path(os.environ.get(CACHE_VARIABLE) or pooch.os_cache("scratchnets")) / name
    files = pooch.create(path=cache, base_url=base_url.rstrip("/") + "/", registry=hashes,
                         retry_if_failed=ATTEMPTS - 1)
    for file in hashes:
        try:
            files.fetch(file, progressbar=True)
        # ValueError is pooch's word for a hash that does not match.
        except (ValueError, OSError, requests.exceptions.RequestException) as error:
            raise OSError(f"could not download {files.get_url(file)} in {ATTEMPTS} attempts: {error}. "
                          f"Check the network, or download {', '.join(hashes)} from elsewhere and name "
                          f'their folder: load("{name}", folder=...), or --data FOLDER') from error
    return cache
