"""python noisy_records.py --records DIR [--noise RECORD --snr DB] [--signals N] --out DIR

Records with noise added to every signal, or their first N signals alone, and their beats beside them. The signal's power is that of a sine as high as the QRS complexes
(peak to peak within 50 ms of each beat, squared, over eight), the noise's its variance: the measure of WFDB's `nst`.
"""
import argparse
import os
import shutil

import numpy as np
import wfdb

BEATS = set('NLRBAaJSVrFejnE/fQ?')


def noisy(folder, name, noise, snr, signals, out):
    record, marks = wfdb.rdrecord(os.path.join(folder, name)), wfdb.rdann(os.path.join(folder, name), 'atr')
    signal = record.p_signal[:, :signals].copy()
    half = int(0.05 * record.fs)
    at = [s for s, symbol in zip(marks.sample, marks.symbol) if symbol in BEATS and half <= s < len(signal) - half]
    for column in range(signal.shape[1]) if noise is not None else ():
        height = np.mean([np.ptp(signal[s - half:s + half, column]) for s in at])
        added = np.resize(noise[:, column % noise.shape[1]], len(signal))
        added = added - added.mean()
        signal[:, column] += added * np.sqrt(height ** 2 / 8 / 10 ** (snr / 10) / added.var())
    wfdb.wrsamp(name, record.fs, ['mV'] * signal.shape[1], record.sig_name[:signals], signal, fmt=['16'] * signal.shape[1], write_dir=out)
    shutil.copy(os.path.join(folder, f'{name}.atr'), out)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--records', required=True)
    options.add_argument('--noise', help='a record at the same rate: nstdb/ma')
    options.add_argument('--snr', type=float)
    options.add_argument('--signals', type=int)
    options.add_argument('--out', required=True)
    parser, options = options, options.parse_args()
    if (options.noise is None) != (options.snr is None):
        parser.error('--noise and --snr go together')
    os.makedirs(options.out, exist_ok=True)
    noise = None if options.noise is None else wfdb.rdrecord(options.noise).p_signal
    for name in sorted(n[:-4] for n in os.listdir(options.records) if n.endswith('.hea')):
        noisy(options.records, name, noise, options.snr, options.signals, options.out)


if __name__ == '__main__':
    main()
