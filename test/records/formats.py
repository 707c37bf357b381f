"""Writes small recordings in every format that is read, and expected.json with what an independent reader takes from each.

WFDB is read by wfdb for Python, EDF and BDF by pyedflib, DICOM by pydicom, SCP-ECG and HL7 aECG by ecgdatakit, but for a rhythm that was thinned out
between beats. That, FHIR and CSV are written here from the standard's text, and what was written is expected.

    pip install wfdb==4.3.1 pyedflib==0.1.42 pydicom==3.0.2 soundfile==0.14.0 ecgdatakit==2.0.3 audioop-lts &&  # audioop-lts from Python 3.13 on
    python test/records/formats.py test/records/golden/formats
"""
import audioop
import base64
import binascii
import json
import struct
import sys
from datetime import date, datetime, time, timezone
from pathlib import Path

import numpy as np
import pydicom
import pyedflib
import soundfile
import wfdb
from ecgdatakit import FileParser
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

OUT = Path(sys.argv[1])
SEED, N = int(sys.argv[2]) if len(sys.argv) > 2 else 7, int(sys.argv[3]) if len(sys.argv) > 3 else 120
OUT.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(SEED)
LEADS = ["I", "II", "V1"]
START = datetime(2020, 5, 5, 9, 49, 17, tzinfo=timezone.utc)
START_MS = int(START.timestamp() * 1000)
FS = 500
expected = {}


def signals(low, high, n=N, leads=3):
    counts = rng.integers(low, high + 1, size=(n, leads)).astype(np.int64)
    counts[0], counts[1] = low, high
    return counts


def smooth(n=N, leads=3, size=1000):
    """Like an ECG: neighbours are near each other."""
    steps = rng.integers(-30, 31, size=(n, leads))
    steps[n // 3 : n // 3 + 8] += rng.integers(-250, 251, size=(8, leads))
    return np.clip(np.cumsum(steps, axis=0), -size, size).astype(np.int64)


def expect(file, mv, rate=FS, labels=LEADS, start_ms=START_MS, **more):
    """mv [samples, leads], NaN where there is no sample; kept as nanovolts."""
    nanovolts = np.where(np.isnan(mv), -(2**31), np.round(np.nan_to_num(mv) * 1e6)).astype("<i4")
    expected[file] = {"rateHz": rate, "startMs": start_ms, "leads": {label: base64.b64encode(nanovolts[:, i].tobytes()).decode() for i, label in enumerate(labels)}, **more}


# --- WFDB

def header(name, lines, n=N, rate=FS, comments=()):
    (OUT / f"{name}.hea").write_bytes(("\n".join([f"{name} {len(lines)} {rate} {n} 09:49:17 05/05/2020", *lines, *(f"# {c}" for c in comments)]) + "\n").encode())


def by_wfdb(name, smooth_frames=True, rate=FS):
    raw = wfdb.rdrecord(str(OUT / name), smooth_frames=smooth_frames)
    expect(name, raw.p_signal if smooth_frames else np.stack(raw.e_p_signal, 1), rate, raw.sig_name)


def pack(fmt, flat):
    if fmt == 8:
        return flat.astype("<i1").tobytes()
    if fmt in (61, 160):
        return (flat.astype(">i2") if fmt == 61 else (flat + 32768).astype("<u2")).tobytes()
    flat = np.concatenate([flat, np.zeros(-len(flat) % 3, int)]).reshape(-1, 3) & 0x3FF
    if fmt == 311:
        return (flat[:, 0] | flat[:, 1] << 10 | flat[:, 2] << 20).astype("<u4").tobytes()
    low = (flat[:, 0] << 1) | (flat[:, 2] & 0x1F) << 11
    high = (flat[:, 1] << 1) | (flat[:, 2] >> 5) << 11
    return np.stack([low, high], 1).astype("<u2").tobytes()


for fmt, bits in (("16", 16), ("24", 24), ("32", 32), ("80", 8), ("212", 12), ("508", 8), ("516", 16), ("524", 24)):
    counts = signals(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    wfdb.wrsamp(f"w{fmt}", fs=FS, units=["mV"] * 3, sig_name=LEADS, d_signal=counts, fmt=[fmt] * 3, adc_gain=[2.0 ** (bits - 4)] * 3, baseline=[3, 0, -3],
                write_dir=str(OUT), base_date=START.date(), base_time=START.time())
    by_wfdb(f"w{fmt}")
for fmt, bits in ((61, 16), (160, 16), (310, 10), (311, 10)):
    counts = signals(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    (OUT / f"w{fmt}.dat").write_bytes(pack(fmt, counts.reshape(-1)))
    header(f"w{fmt}", [f"w{fmt}.dat {fmt} 100(1)/mV {bits} 0 {counts[0, i]} {counts[:, i].sum() % 65536} 0 {lead}" for i, lead in enumerate(LEADS)])
    by_wfdb(f"w{fmt}")
differences = rng.integers(-127, 128, size=(N, 3))
differences[0] = 0
(OUT / "w8.dat").write_bytes(pack(8, differences.reshape(-1)))
header("w8", [f"w8.dat 8 200(0)/mV 12 0 {17 * i} 0 0 {lead}" for i, lead in enumerate(LEADS)])
by_wfdb("w8")
# Several samples a frame, a skewed signal, a slow one of another kind.
frames = signals(-2000, 2000, n=N, leads=9)
(OUT / "frames.dat").write_bytes(frames.astype("<i2").tobytes())
header("frames", ["frames.dat 16x4 1000(0)/mV 16 0 0 0 0 I", "frames.dat 16x4:2 1000(0)/mV 16 0 0 0 0 II", "frames.dat 16 10/Ohm 16 0 0 0 0 RESP"], rate=125)
raw = wfdb.rdrecord(str(OUT / "frames"), smooth_frames=False)
mv = np.stack(raw.e_p_signal[:2], 1)
mv[-8:, 1] = np.nan  # wfdb leaves zeros where a skewed signal has ended, when it does not average
expect("frames", mv, 500, ["I", "II"])
# µV in UTF-8 behind a byte-order mark, with comments at the end of lines.
counts = signals(-3000, 3000)
(OUT / "utf8.dat").write_bytes(counts.astype("<i2").tobytes())
(OUT / "utf8.hea").write_bytes("\ufeffutf8 3 500 {} 09:49:17 05/05/2020 # a comment\n{}\n".format(N, "\n".join(f"utf8.dat 16 1(0)/µV 16 0 0 {counts[:, i].sum() % 65536} 0 {lead} # über" for i, lead in enumerate(LEADS))).encode())
expect("utf8", counts / 1000)
# Segments: the fixed layout with two gains, the variable one with a gap and a lead that comes and goes.
parts = [signals(-3000, 3000, n=N // 2) for _ in range(2)]
for k, (part, gain) in enumerate(zip(parts, (1000, 250))):
    wfdb.wrsamp(f"fixed_{k}", fs=FS, units=["mV"] * 3, sig_name=LEADS, d_signal=part, fmt=["16"] * 3, adc_gain=[gain] * 3, baseline=[0] * 3, write_dir=str(OUT))
(OUT / "fixed.hea").write_text(f"fixed/2 3 {FS} {2 * (N // 2)} 09:49:17 05/05/2020\nfixed_0 {N // 2}\nfixed_1 {N // 2}\n")
by_wfdb("fixed")
(OUT / "variable_layout.hea").write_text("variable_layout 3 500 0\n" + "".join(f"~ 0 1000(0)/mV 16 0 0 0 0 {lead}\n" for lead in LEADS))
for k, leads in enumerate((["II", "V1"], ["V1", "I", "II"])):
    wfdb.wrsamp(f"variable_{k}", fs=FS, units=["mV"] * len(leads), sig_name=leads, d_signal=signals(-3000, 3000, n=40, leads=len(leads)), fmt=["16"] * len(leads),
                adc_gain=[1000] * len(leads), baseline=[0] * len(leads), write_dir=str(OUT))
(OUT / "variable.hea").write_text("variable/4 3 500 107 09:49:17 05/05/2020\nvariable_layout 0\nvariable_0 40\n~ 27\nvariable_1 40\n")
by_wfdb("variable")

# --- EDF and BDF by pyedflib; records that begin within a second, and gaps, by hand

for kind, name, low, high in ((pyedflib.FILETYPE_EDFPLUS, "plus.edf", -32768, 32767), (pyedflib.FILETYPE_EDF, "plain.edf", -2048, 2047), (pyedflib.FILETYPE_BDFPLUS, "plus.bdf", -(2**23), 2**23 - 1)):
    n = FS * max(1, N // FS)
    counts = signals(low, high, n=n)
    with pyedflib.EdfWriter(str(OUT / name), 3, file_type=kind) as writer:
        for i, lead in enumerate(LEADS):
            writer.setSignalHeader(i, {"label": f"ECG {lead}", "dimension": "uV", "sample_frequency": FS, "physical_min": -3276.8 - i, "physical_max": 3276.7, "digital_min": low, "digital_max": high, "transducer": "", "prefilter": ""})
        writer.setStartdatetime(START.replace(tzinfo=None))
        writer.writeSamples([np.ascontiguousarray(counts[:, i].astype(np.int32)) for i in range(3)], digital=True)
    with pyedflib.EdfReader(str(OUT / name)) as reader:
        physical = np.stack([reader.readSignal(i) for i in range(3)], 1)
    expect(name, physical / 1000, labels=LEADS)


def edf_bytes(onsets, counts, per_record, kind="EDF+D", onset_bytes=32):
    ns = len(LEADS) + 1
    fields = [[f"{lead}" for lead in LEADS] + ["EDF Annotations"], [""] * ns, ["mV"] * 3 + [""], ["-10"] * ns, ["10"] * ns, ["-1000"] * 3 + ["-32768"], ["1000"] * 3 + ["32767"], [""] * ns,
              [str(per_record)] * 3 + [str(onset_bytes // 2)], [""] * ns]
    widths = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32]
    head = "0".ljust(8) + "X X X X".ljust(80) + "Startdate 05-MAY-2020 X X X".ljust(80) + "05.05.20" + "09.49.17" + str(256 * (ns + 1)).ljust(8) + kind.ljust(44) + str(len(onsets)).ljust(8) + str(per_record / FS).ljust(8) + str(ns).ljust(4)
    body = b""
    for k, onset in enumerate(onsets):
        part = counts[k * per_record:(k + 1) * per_record]
        body += part.T.astype("<i2").tobytes() + f"+{onset}\x14\x14".encode().ljust(onset_bytes, b"\0")
    return (head + "".join(value.ljust(width) for column, width in zip(fields, widths) for value in column)).encode() + body


counts = signals(-1000, 1000, n=100)
(OUT / "gaps.edf").write_bytes(edf_bytes([0.25, 0.35, 0.65, 0.75], counts, 25))
mv = np.full((275, 3), np.nan)
for k, at in enumerate((0, 50, 200, 250)):
    mv[at:at + 25] = counts[25 * k:25 * (k + 1)] / 100
expect("gaps.edf", mv, start_ms=START_MS + 250)

# --- DICOM by pydicom


def channel(lead_number, sensitivity, baseline):
    one, source, unit = Dataset(), Dataset(), Dataset()
    source.CodeValue, source.CodingSchemeDesignator, source.CodeMeaning = f"2:{lead_number}", "MDC", "a lead"
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "uV", "UCUM", "microvolt"
    one.ChannelSourceSequence, one.ChannelSensitivityUnitsSequence = Sequence([source]), Sequence([unit])
    one.ChannelSensitivity, one.ChannelSensitivityCorrectionFactor, one.ChannelBaseline = str(sensitivity), "1.25", str(baseline)
    one.ChannelSampleSkew, one.WaveformBitsStored = "0", 16
    return one


def group(counts, bits, kind, originality="ORIGINAL", padding=None):
    item = Dataset()
    item.WaveformOriginality, item.NumberOfWaveformChannels, item.NumberOfWaveformSamples, item.SamplingFrequency = originality, 3, len(counts), str(FS)
    item.ChannelDefinitionSequence = Sequence([channel(number, 2.5, baseline) for number, baseline in zip((1, 2, 3), (0, 40, -12.5))])
    item.WaveformBitsAllocated, item.WaveformSampleInterpretation = bits, kind
    dtype = {"SS": "<i2", "US": "<u2", "SB": "i1", "UB": "u1", "SL": "<i4", "UL": "<u4", "MB": "u1", "AB": "u1"}[kind]
    if padding is not None:
        item.add_new(0x5400100A, "OW" if bits == 16 else "OB", np.array([padding]).astype(dtype).tobytes().ljust(2, b"\0"))
    item.add_new(0x54001010, "OW" if bits == 16 else "OB", counts.astype(dtype).tobytes())
    return item


def dicom(name, groups, uid, transfer=pydicom.uid.ExplicitVRLittleEndian):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID = uid, "1.2.3.4", transfer
    whole = Dataset()
    whole.file_meta, whole.SOPClassUID, whole.SOPInstanceUID, whole.Modality = meta, uid, "1.2.3.4", "ECG"
    whole.AcquisitionDateTime = "20200505094917.000+0000"
    whole.WaveformSequence = Sequence(groups)
    whole.save_as(OUT / name, enforce_file_format=True)
    return pydicom.dcmread(OUT / name)


TWELVE, AMBULATORY = "1.2.840.10008.5.1.4.1.1.9.1.1", "1.2.840.10008.5.1.4.1.1.9.1.3"
counts = signals(-5000, 5000)
counts[7, 1] = -32000
read = dicom("twelve.dcm", [group(counts, 16, "SS", padding=-32000), group(signals(-50, 50), 16, "SS", "DERIVED")], TWELVE)
mv = read.waveform_array(0) / 1000
mv[7, 1] = np.nan
expect("twelve.dcm", mv)
read = dicom("ambulatory.dcm", [group(signals(-100, 100, n=N + N % 2), 8, "SB")], AMBULATORY, pydicom.uid.ImplicitVRLittleEndian)
expect("ambulatory.dcm", read.waveform_array(0) / 1000)
read = dicom("unsigned.dcm", [group(signals(0, 65000), 16, "US")], TWELVE, pydicom.uid.DeflatedExplicitVRLittleEndian)
expect("unsigned.dcm", read.waveform_array(0) / 1000)

# --- SCP-ECG, from EN 1064

DEFAULT = [("0", 0), ("100", 1), ("101", -1), ("1100", 2), ("1101", -2), ("11100", 3), ("11101", -3), ("111100", 4), ("111101", -4), ("1111100", 5), ("1111101", -5),
           ("11111100", 6), ("11111101", -6), ("111111100", 7), ("111111101", -7), ("1111111100", 8), ("1111111101", -8)]


def huffman(values, words, escape8, escape16):
    table = {value: bits for bits, value in words}
    out = ""
    for value in values.tolist():
        out += table[value] if value in table else escape8 + format(value & 0xFF, "08b") if -128 <= value <= 127 else escape16 + format(value & 0xFFFF, "016b")
    out += "0" * (-len(out) % 16)
    return int(out, 2).to_bytes(len(out) // 8, "big")


def differences_of(values, order):
    out = values.copy()
    if order == 1:
        out[1:] = values[1:] - values[:-1]
    if order == 2:
        out[2:] = values[2:] - 2 * values[1:-1] + values[:-2]
    return out


def section(number, body):
    body += b"\0" * (len(body) % 2)
    inner = struct.pack("<HIBB6s", number, len(body) + 16, 20, 20, b"\0" * 6) + body
    return struct.pack("<H", binascii.crc_hqx(inner, 0xFFFF)) + inner


def thinned(values, zones, factor):
    """Outside the zones (from 1, both ends in them) the mean of each `factor` samples; and what straight lines between these give."""
    out, again, at = [], values.astype(float), 0
    for first, last in [*((first - 1, last) for first, last in zones), (len(values), len(values))]:
        means = (first - at) // factor
        stretch = np.round(values[at:at + means * factor].reshape(means, factor).mean(1)).astype(int)
        if means:
            again[at:at + means * factor] = np.interp(np.arange(means * factor), np.arange(means) * factor + factor // 2, stretch)
        out += [*stretch, *values[at + means * factor:last]]
        at = last
    return np.array(out), again


def scp(name, samples, order=0, tables=None, reference=None, avm=2500, ids=(1, 2, 3), thinning=1, pad=0):
    """tables: None, "default" or a list of (bits, value) with two escapes. reference: beat, its fiducial point, those of the beats, multiplier; added to the samples, not in them.
    thinning: factor, and zones. pad: samples that are written after the reference beat, and are none of it."""
    n = len(samples)
    code = (lambda values: values.astype("<i2").tobytes()) if tables is None else (lambda values: huffman(values, *(tables if tables != "default" else (DEFAULT, "1111111110", "1111111111"))))
    bodies = {1: struct.pack("<BHHBB", 25, 4, 2020, 5, 5) + struct.pack("<BHBBB", 26, 3, 9, 49, 17) + struct.pack("<BH", 255, 0)}
    if tables == "default":
        bodies[2] = struct.pack("<H", 19999)
    elif tables is not None:
        words, escape8, escape16 = tables
        rows = [(len(bits), len(bits), value, bits) for bits, value in words] + [(len(escape8), len(escape8) + 8, 0, escape8), (len(escape16), len(escape16) + 16, 0, escape16)]
        bodies[2] = struct.pack("<HH", 1, len(rows)) + b"".join(struct.pack("<BBBhI", prefix, total, 1, value, int(bits[::-1], 2)) for prefix, total, value, bits in rows)
    bodies[3] = struct.pack("<BB", len(ids), (1 if reference else 0) | 4 | len(ids) << 3) + b"".join(struct.pack("<IIB", 1, n, i) for i in ids)
    factor, zones = thinning if thinning != 1 else (1, [])
    rhythm, whole = [samples[:, i] for i in range(len(ids))], samples * (avm / 1e6)
    if factor > 1:
        rhythm, again = zip(*(thinned(lead, zones, factor) for lead in rhythm))
        whole = np.stack(again, 1) * (avm / 1e6)
    if reference:
        beat, fiducial, at, beat_avm = reference
        bodies[4] = struct.pack("<HHH", len(beat) * 1000 // FS, fiducial, len(at)) + b"".join(struct.pack("<HIII", 0, k - fiducial + 1, k, k - fiducial + len(beat) + pad) for k in at)
        bodies[4] += b"".join(struct.pack("<II", *zone) for zone in zones or [(0, 0)] * len(at))
        for k in at:
            whole[k - fiducial:k - fiducial + len(beat)] += beat * (beat_avm / 1e6)
        coded = [code(differences_of(np.append(beat[:, i], [7] * pad).astype(int), order)) for i in range(len(ids))]
        bodies[5] = struct.pack("<HHBB", beat_avm, 1_000_000 // FS, order, 0) + struct.pack(f"<{len(ids)}H", *map(len, coded)) + b"".join(coded)
    coded = [code(differences_of(lead, order)) for lead in rhythm]
    bodies[6] = struct.pack("<HHBB", avm, factor * 1_000_000 // FS, order, 1 if factor > 1 else 0) + struct.pack(f"<{len(ids)}H", *map(len, coded)) + b"".join(coded)
    numbers = sorted(bodies)
    sections = {k: section(k, bodies[k]) for k in numbers}
    at = 1 + 6 + 16 + 10 * 12
    pointers = struct.pack("<HII", 0, 16 + 10 * 12, 7)
    for k in range(1, 12):
        pointers += struct.pack("<HII", k, len(sections.get(k, b"")), at if k in sections else 0)
        at += len(sections.get(k, b""))
    zero = struct.pack("<HIBB6s", 0, len(pointers) + 16, 20, 20, b"SCPECG") + pointers
    rest = struct.pack("<H", binascii.crc_hqx(zero, 0xFFFF)) + zero + b"".join(sections[k] for k in numbers)
    rest = struct.pack("<I", len(rest) + 6) + rest
    (OUT / name).write_bytes(struct.pack("<H", binascii.crc_hqx(rest, 0xFFFF)) + rest)
    if factor == 1:  # ecgdatakit reads no thinned rhythm
        read = np.stack([lead.samples for lead in FileParser().parse(str(OUT / name)).leads], 1)
        assert np.allclose(read, whole, atol=1e-9), name
        whole = read
    expect(name, whole, labels=[{1: "I", 2: "II"}.get(i, f"V{i - 2}") for i in ids])


scp("plain.scp", signals(-3000, 3000))
scp("huffman.scp", smooth(), 2, "default")
scp("first.scp", smooth(), 1, "default")
scp("table.scp", smooth(), 1, ([("0", 0), ("100", 1), ("101", -1)], "110", "111"))
scp("beats.scp", smooth(), 2, "default", (smooth(n=20, size=300), 8, [20, 60, 100], 5000))

# --- HL7 aECG, FHIR, CSV


def aecg(name, counts, head, scale, origin):
    lists = "".join(f'<component><sequence><code code="MDC_ECG_LEAD_{lead}" codeSystem="2.16.840.1.113883.6.24"/><value xsi:type="SLIST_PQ"><origin value="{origin}" unit="uV"/><scale value="{scale}" unit="uV"/>'
                    f'<digits>{" ".join(map(str, counts[:, i]))}</digits></value></sequence></component>' for i, lead in enumerate(LEADS))
    return (f'<component><series><code code="RHYTHM"/><effectiveTime><low value="{head}"/></effectiveTime><component><sequenceSet><component><sequence><code code="TIME_ABSOLUTE"/>'
            f'<value xsi:type="GLIST_TS"><head value="{head}"/><increment value="0.002" unit="s"/></value></sequence></component>{lists}</sequenceSet></component></series></component>')


def aecg_file(name, body):
    (OUT / name).write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" type="Observation">{body}</AnnotatedECG>\n')


counts = signals(-3000, 3000)
aecg_file("aecg.xml", aecg("", counts, "20200505094917.000", 2.5, 10))
read = np.stack([lead.samples for lead in FileParser().parse(str(OUT / "aecg.xml")).leads], 1)
assert np.allclose(read, (counts * 2.5 + 10) / 1000, atol=1e-9)
expect("aecg.xml", read)


def observation(counts, body):
    lists = [{"code": {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.24", "code": str(131328 + k), "display": f"MDC_ECG_ELEC_POTL_{lead}"}]},
              "valueSampledData": {"origin": {"value": 2048 * 2.5 / 1000, "unit": "mV", "code": "mV"}, "factor": 0.0025, "dimensions": 1, **body, "data": " ".join(map(str, counts[:, i]))}}
             for i, (k, lead) in enumerate(zip((1, 2, 3), LEADS))]
    return {"resourceType": "Observation", "status": "final", "code": {"text": "ECG"}, "effectiveDateTime": "2020-05-05T11:49:17+02:00", "component": lists}


counts = signals(-3000, 3000)
(OUT / "r4.json").write_text(json.dumps(observation(counts, {"period": 2})))
expect("r4.json", (counts + 2048) * 2.5 / 1000)
(OUT / "r5.json").write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": observation(counts, {"interval": 2000, "intervalUnit": "us"})}]}))
expect("r5.json", (counts + 2048) * 2.5 / 1000)
holes = counts.astype(object)
holes[5, 0], holes[6, 1], holes[7, 2] = "E", "L", "U"
(OUT / "holes.json").write_text(json.dumps(observation(holes, {"period": 2.0})))
mv = (counts + 2048) * 2.5 / 1000
mv[5, 0], mv[6, 1], mv[7, 2] = np.nan, np.nan, np.nan
expect("holes.json", mv)

counts = signals(-3000, 3000)
(OUT / "commented.csv").write_text("# rateHz: 500\n# unit: uV\n# start: 2020-05-05T09:49:17Z\n" + "I,II,V1\n" + "\n".join(",".join(map(str, row)) for row in counts) + "\n")
expect("commented.csv", counts / 1000)
(OUT / "beside.yaml").write_text("time: { column: t, unit: ms }\nunit: mV\ndelimiter: ';'\ndecimal: ','\ncolumns: { a: { lead: I }, b: { lead: II }, c: { lead: V1, aduPerMv: 400, offsetAdu: 8 }, note: { ignore: true } }\nstart: 2020-05-05T09:49:17Z\n")
rows = [k for k in range(N) if k not in (30, 31)]
(OUT / "beside.csv").write_text("t;a;b;c;note\n" + "\n".join(f"{1000 + 2 * k};{str(counts[k, 0] / 800).replace('.', ',')};{str(counts[k, 1] / 800).replace('.', ',')};{counts[k, 2]};x" for k in rows) + "\n")
mv = np.stack([counts[:, 0] / 800, counts[:, 1] / 800, (counts[:, 2] - 8) / 400], 1)
mv[30:32] = np.nan
expect("beside.csv", mv)

# --- More of DICOM: every kind of sample. What it holds is read back by pydicom; companded samples by audioop, big endian from what was written


def many(counts, bits, kind, **more):
    """One group, whose channels have each a sensitivity and a baseline of their own."""
    item = group(counts, bits, kind)
    for one, unit, sensitivity, correction, baseline in zip(item.ChannelDefinitionSequence, ("uV", "mV", "V"), ("0.5", "0.00125", "1e-6"), ("0.98", "1", "1.5"), ("-3.5", "0.25", "0")):
        one.ChannelSensitivityUnitsSequence[0].CodeValue = unit
        one.ChannelSensitivity, one.ChannelSensitivityCorrectionFactor, one.ChannelBaseline = sensitivity, correction, baseline
    for name, value in more.items():
        setattr(item, name, value)
    return item


PER_MV = np.array([1000, 1, 0.001])
for kind, bits, low, high in (("UB", 8, 0, 255), ("SL", 32, -200_000, 200_000), ("UL", 32, 2**31 - 100_000, 2**31 + 100_000)):
    read = dicom(f"{kind.lower()}.dcm", [many(signals(low, high, n=N + N % 2), bits, kind)], AMBULATORY)
    mv = read.waveform_array(0) / PER_MV
    if kind == "UL":  # nobody's heart: what is far from 0 is a baseline's matter
        for one, sensitivity, correction in zip(read.WaveformSequence[0].ChannelDefinitionSequence, (0.5, 0.00125, 1e-6), (0.98, 1, 1.5)):
            one.ChannelBaseline = str(round(-(2**31) * sensitivity * correction, 6))
        read.save_as(OUT / "ul.dcm")
        mv = pydicom.dcmread(OUT / "ul.dcm").waveform_array(0) / PER_MV
    expect(f"{kind.lower()}.dcm", mv)
for kind, linear, size in (("MB", audioop.ulaw2lin, 4), ("AB", audioop.alaw2lin, 8)):
    codes = np.concatenate([np.arange(256), rng.integers(0, 256, size=3 * (N + N % 2) - 256)]).reshape(-1, 3)
    dicom(f"{kind.lower()}.dcm", [group(codes, 8, kind)], AMBULATORY)
    expect(f"{kind.lower()}.dcm", (np.frombuffer(linear(codes.astype("u1").tobytes(), 2), "<i2").reshape(-1, 3) / size * 2.5 * 1.25 + (0, 40, -12.5)) / 1000)
counts = signals(-5000, 5000)
item = group(counts, 16, "SS")
item[0x54001010].value = counts.astype(">i2").tobytes()
dicom("big.dcm", [item], TWELVE, pydicom.uid.ExplicitVRBigEndian)
expect("big.dcm", (counts * 2.5 * 1.25 + (0, 40, -12.5)) / 1000)
# A rhythm in two groups of three leads, one after the other as a printed page has them, then a median beat that does not say it was derived; channels skewed by samples and by seconds.
parts = [signals(-5000, 5000) for _ in range(2)]
items = [group(parts[0], 16, "SS"), group(parts[1], 16, "SS"), group(signals(-50, 50), 16, "SS")]
for k, item in enumerate(items):
    item.MultiplexGroupTimeOffset, item.MultiplexGroupLabel = str(1000 * N / FS * (k % 2)), ("RHYTHM", "RHYTHM", "MEDIAN BEAT")[k]
for lead, one in zip((4, 5, 6), items[1].ChannelDefinitionSequence):
    one.ChannelSourceSequence[0].CodeValue = f"2:{lead}"
items[0].ChannelDefinitionSequence[1].ChannelSampleSkew = "3"
items[0].ChannelDefinitionSequence[2].ChannelTimeSkew = "0.01"
del items[0].ChannelDefinitionSequence[2].ChannelSampleSkew
read = dicom("groups.dcm", items, TWELVE, pydicom.uid.ImplicitVRLittleEndian)
mv = np.full((2 * N, 6), np.nan)
first, second = read.waveform_array(0) / 1000, read.waveform_array(1) / 1000
for lead, skew in enumerate((0, 3, 5)):
    mv[skew:N + skew, lead] = first[:, lead]
mv[N:, 3:] = second
expect("groups.dcm", mv, labels=[*LEADS, "V2", "V3", "V4"])

# --- More of SCP-ECG: eight leads, a reference beat of another multiplier, with more behind it than it is long, a rhythm that was thinned out between beats

scp("eight.scp", smooth(leads=8), 2, "default", ids=(1, 2, 3, 4, 5, 6, 7, 8))
scp("units.scp", smooth(), 1, "default", (smooth(n=20, size=300), 8, [20, 60, 100], 1000), avm=1500, pad=9)
scp("thinned.scp", smooth(), 2, "default", (smooth(n=20, size=300), 8, [20, 60, 100], 1000), thinning=(4, [(14, 28), (55, 67), (94, 107)]))
scp("halved.scp", smooth(), 1, ([("0", 0), ("100", 1), ("101", -1)], "110", "111"), (smooth(n=20, size=300), 8, [20, 60, 100], 2500), thinning=(2, [(1, 28), (55, 67), (94, N)]))

# --- EDF+ and BDF+ with gaps: written without any by pyedflib, annotations among their times, then the times moved. pyedflib reads no gaps; its samples are those before


def with_gaps(name, kind, low, high, onsets):
    counts = signals(low, high, n=len(onsets) * 50)
    with pyedflib.EdfWriter(str(OUT / name), 3, file_type=kind) as writer:
        writer.setDatarecordDuration(0.1)
        for i, lead in enumerate(LEADS):
            writer.setSignalHeader(i, {"label": lead, "dimension": "mV", "sample_frequency": 500, "physical_min": -5, "physical_max": 5, "digital_min": low, "digital_max": high, "transducer": "", "prefilter": ""})
        writer.setStartdatetime(START.replace(tzinfo=None))
        for at, text in ((0, "+1 at the start"), (0.12, "Beat N"), (0.33, "+2.5")):
            writer.writeAnnotation(at, 0.1, text)
        writer.writeSamples([np.ascontiguousarray(counts[:, i].astype(np.int32)) for i in range(3)], digital=True)
    with pyedflib.EdfReader(str(OUT / name)) as reader:
        physical = np.stack([reader.readSignal(i) for i in range(3)], 1)
        assert len(reader.readAnnotations()[0]) == 3
    data = bytearray((OUT / name).read_bytes())
    data[192:197] = data[192:196] + b"D"
    at = int(data[184:192])
    size = (len(data) - at) // len(onsets)
    signal = 3 * 50 * (3 if low < -32768 else 2)
    for k, onset in enumerate(onsets):
        times = data[at + k * size + signal:at + (k + 1) * size]
        moved = f"+{onset}".encode() + times[times.index(b"\x14"):]
        data[at + k * size + signal:at + (k + 1) * size] = moved[:len(times)].ljust(len(times), b"\0")
    (OUT / name).write_bytes(data)
    first = round(min(onsets) * FS)
    mv = np.full((round(max(onsets) * FS) - first + 50, 3), np.nan)
    for k, onset in enumerate(onsets):
        from_ = round(onset * FS) - first
        mv[from_:from_ + 50] = physical[50 * k:50 * (k + 1)]
    expect(name, mv, start_ms=START_MS + round(min(onsets) * 1000))


with_gaps("moved.edf", pyedflib.FILETYPE_EDFPLUS, -32768, 32767, [0, 0.1, 0.6, 0.7, 2.0004, 2.3])
with_gaps("moved.bdf", pyedflib.FILETYPE_BDFPLUS, -(2**23), 2**23 - 1, [0.5, 0.2, 1])  # a data record before the first

(OUT / "expected.json").write_text("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in expected.items()) + "\n}\n")
print(len(expected), "recordings")
