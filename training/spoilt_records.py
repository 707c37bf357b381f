"""python spoilt_records.py --out DIR RECORDS [RECORDS …]

Clean twelve-lead records spoilt on purpose, two of each (WFDB, and labels.csv as Challenge 2011 has them): one so little that it can still be
read, one so much that it cannot. What is in between is not made, for nobody has said which it is. All noise is made here, none is recorded.

    kind     acceptable                                     unacceptable
    motion   swings of 0.5 to 3 Hz, 0.4 s at 0 dB           3 to 8 s at -12 to -6 dB
    muscle   noise of 20 to 150 Hz, 10 s at 15 to 24 dB     3 to 8 s at -9 to -3 dB
    wander   below 0.4 Hz, 10 s at -3 to 6 dB               10 s at -30 to -24 dB
    off      one lead still for 0.2 s                       one to six leads still, zero or at a rail for 2 to 10 s
    clipped  one lead 0.2 s at its own end                  one to six leads ten times too large and cut off at 5 mV

SNR against a sine as high as the beats of the lead, as in noisy_records.py; the height is the middle one of the seconds' ranges.
"""
import argparse
import csv
import pathlib

import numpy as np
import wfdb

LEADS = 12
KINDS = ('motion', 'muscle', 'wander', 'off', 'clipped')
BANDS = {'motion': (0.5, 3), 'muscle': (20, 150), 'wander': (0.05, 0.4)}
MILD = {'motion': (0.4, 0, 0), 'muscle': (10, 15, 24), 'wander': (10, -3, 6)}
SEVERE = {'motion': (None, -12, -6), 'muscle': (None, -9, -3), 'wander': (10, -30, -24)}
RAIL_MV = 32


def height(lead, rate):
    seconds = lead[:len(lead) // rate * rate].reshape(-1, rate)
    return max(np.median(np.ptp(seconds, axis=1)), 0.1)


def band_noise(n, rate, band, rng):
    spectrum = np.fft.rfft(rng.standard_normal(n))
    hz = np.fft.rfftfreq(n, 1 / rate)
    spectrum[(hz < band[0]) | (hz > band[1])] = 0
    noise = np.fft.irfft(spectrum, n)
    return noise / noise.std()


def spoil(signal, rate, kind, is_severe, rng):
    n = len(signal)
    count = int(rng.integers(1, 7)) if is_severe else 1
    for lead in rng.choice(LEADS, count, replace=False):
        x = signal[:, lead]
        if kind in BANDS:
            length, low, high = (SEVERE if is_severe else MILD)[kind]
            length = rng.uniform(3, 8) if length is None else length
            first = int(rng.uniform(0, n - length * rate + 1))
            part = slice(first, first + int(length * rate))
            snr = rng.uniform(low, high)
            noise = band_noise(n, rate, BANDS[kind], rng)[part]
            x[part] += noise * np.sqrt(height(x, rate) ** 2 / 8 / 10 ** (snr / 10))
            continue
        length = rng.uniform(2, 10) if is_severe else 0.2
        first = int(rng.uniform(0, n - length * rate + 1))
        part = slice(first, first + int(length * rate))
        if kind == 'off':
            x[part] = rng.choice([x[first], 0, -RAIL_MV, RAIL_MV]) if is_severe else x[first]
        elif is_severe:
            x[:] = np.clip(10 * (x - np.median(x)), -5, 5)
        else:
            x[part] = x.max()


def records_in(folders):
    for folder in folders:
        for header in sorted(pathlib.Path(folder).rglob('*.hea')):
            yield header.with_suffix('')


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--out', required=True)
    options.add_argument('records', nargs='+')
    options = options.parse_args()
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for k, path in enumerate(records_in(options.records)):
        record = wfdb.rdrecord(str(path))
        rate = int(record.fs)
        for is_severe in (False, True):
            rng = np.random.default_rng([k, is_severe])
            kind = KINDS[(k + 2 * is_severe) % len(KINDS)]
            signal = np.nan_to_num(record.p_signal[:10 * rate])
            spoil(signal, rate, kind, is_severe, rng)
            name = f'{path.name}-{"severe" if is_severe else "mild"}'
            counts = np.clip(np.round(signal * 500), -32767, 32767).astype('<i2')
            wfdb.wrsamp(name, rate, ['mV'] * LEADS, record.sig_name, d_signal=counts, fmt=['16'] * LEADS, adc_gain=[500] * LEADS, baseline=[0] * LEADS, write_dir=str(out))
            rows.append({'record': name, 'quality': 'unacceptable' if is_severe else 'acceptable', 'kind': kind})
    with open(out / 'labels.csv', 'w', newline='') as file:
        table = csv.DictWriter(file, ['record', 'quality', 'kind'])
        table.writeheader()
        table.writerows(rows)


if __name__ == '__main__':
    main()
