#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""variants.py PROGRAM FOLDER [--show VARIANT]

Says how much of what `PROGRAM classify` makes of the mails below FOLDER hangs on their dress. Each mail is dressed anew
(encoded otherwise, as HTML, without its status part, with a footer ...), and what comes out is compared with what came out
of the mail as it was. Then each bounce is put into letters that are none (an answer that quotes it, a forward, a question
to support ...), and those that are reported all the same are counted. A change is no mistake by itself: without its status
part a report may say less. --show lists the changes of one variant.
"""
import base64, collections, email, email.policy, html, json, os, quopri, re, subprocess, sys, tempfile

POLICY = email.policy.compat32.clone(max_line_length=0)


def body(part):
    return part.get_payload(decode=True) or b''


def texts(mail, kinds=('text/plain',)):
    return [p for p in mail.walk() if p.get_content_type() in kinds]


def put(part, data, kind=None):
    if kind:
        charset = part.get_content_charset() or 'iso-8859-1'
        del part['Content-Type']
        part['Content-Type'] = '%s; charset=%s' % (kind, charset)
    del part['Content-Transfer-Encoding']
    part['Content-Transfer-Encoding'] = 'base64'
    part.set_payload(base64.encodebytes(data).decode())


def on_text(change):
    def apply(mail):
        found = [(p, body(p).replace(b'\r\n', b'\n')) for p in texts(mail)]
        for part, data in found:
            put(part, change(data))
        return any(change(data) != data for _, data in found)
    return apply


def as_base64(mail):
    for part in texts(mail, ('text/plain', 'text/html')):
        put(part, body(part))
    return bool(texts(mail, ('text/plain', 'text/html')))


def as_quoted_printable(mail):
    for part in texts(mail, ('text/plain', 'text/html')):
        data = quopri.encodestring(body(part)).decode('latin1')
        del part['Content-Transfer-Encoding']
        part['Content-Transfer-Encoding'] = 'quoted-printable'
        part.set_payload(data)
    return bool(texts(mail, ('text/plain', 'text/html')))


def as_html(mail):
    first = next((p for p in mail.walk() if not p.is_multipart()), None)
    if first is None or first.get_content_type() != 'text/plain':
        return False
    lines = html.escape(body(first).decode('latin1'), quote=False).replace('\r\n', '\n').replace('\n', '<br>\n')
    put(first, ('<html><body><p>' + lines + '</p></body></html>').encode('latin1'), 'text/html')
    return True


def without_parts(*kinds):
    def apply(mail):
        dropped = 0
        for part in mail.walk():
            if not part.is_multipart() or part.get_content_maintype() != 'multipart':
                continue
            kept = [p for p in part.get_payload() if p.get_content_type() not in kinds]
            if not kept:
                return False
            dropped += len(part.get_payload()) - len(kept)
            part.set_payload(kept)
        return dropped > 0
    return apply


def without_headers(*names):
    def apply(mail):
        had = [n for n in names if n in mail]
        for name in had:
            del mail[name]
        return bool(had)
    return apply


def with_header(name, value):
    def apply(mail):
        del mail[name]
        mail[name] = value
        return True
    return apply


FOOTER = b'\n-- \nChecked by the gateway of example.net. For help write to help@example.net, https://example.net/help\n'
BANNER = b'CAUTION: this came from outside. Do not click links or open attachments unless you know the sender.\n\n'
VARIANTS = {
    'base64': as_base64,
    'quoted-printable': as_quoted_printable,
    'html': as_html,
    'footer': on_text(lambda t: t + FOOTER),
    'banner': on_text(lambda t: BANNER + t),
    'trailing-blanks': on_text(lambda t: t.replace(b'\n', b'   \n')),
    'one-blank': on_text(lambda t: re.sub(rb'[ \t]+', b' ', t)),
    'no-indent': on_text(lambda t: re.sub(rb'(?m)^[ \t]+', b'', t)),
    'no-empty-lines': on_text(lambda t: re.sub(rb'\n\s*\n', b'\n', t)),
    'no-status-part': without_parts('message/delivery-status', 'message/global-delivery-status'),
    'no-text-part': without_parts('text/plain', 'text/html'),
    'no-returned-part': without_parts('message/rfc822', 'text/rfc822-headers', 'message/global'),
    'no-tell-tales': without_headers('Return-Path', 'X-Failed-Recipients', 'Auto-Submitted'),
    'plain-subject': with_header('Subject', 'Message'),
    'plain-author': with_header('From', 'Mail Service <mailer@gateway.example.net>'),
}


def letter(headers, subject, text):
    return ('From: Somebody <ann@example.org>\nTo: bob@example.net\nDate: Tue, 03 Mar 2026 08:12:44 +0000\n'
            'Message-ID: <variant@example.org>\nMIME-Version: 1.0\n%sSubject: %s\n'
            'Content-Type: text/plain; charset=utf-8\n\n%s' % (headers, subject, text)).encode('utf-8', 'replace')


LETTERS = {
    'answer': lambda s, t: letter('In-Reply-To: <x@example.org>\nUser-Agent: mail\n', 'Re: ' + s,
                                  'This came back:\n\n' + re.sub('(?m)^', '> ', t)),
    'forward': lambda s, t: letter('', 'Fwd: ' + s, 'See below.\n\n---------- Forwarded message ---------\n'
                                   'From: Mail Delivery Subsystem\nSubject: %s\n\n%s' % (s, t)),
    'question': lambda s, t: letter('User-Agent: mail\n', 'problem with our mailing',
                                    'Hello,\n\nall our mail comes back with this:\n\n%s\n\nWhat can we do?\n' % t),
    'list-post': lambda s, t: letter('List-Id: <users.lists.example.net>\nList-Post: <mailto:u@lists.example.net>\n',
                                     '[users] ' + s, 'I get this from my server:\n\n' + t),
    'ticket': lambda s, t: letter('Auto-Submitted: auto-generated\n', '[#1234] New ticket: ' + s,
                                  'A ticket was opened by ann@example.org.\n\n' + t),
}


def mails_below(folder):
    for at, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(at, name)
            data = re.sub(rb'\A(>?From [^\n]*\n)+', b'', open(path, 'rb').read())
            if re.match(rb'[A-Za-z][!-9;-~]*[ \t]*:', data):
                yield os.path.relpath(path, folder), data


def classify(program, folder):
    done = subprocess.run([program, 'classify', '--quiet', folder], capture_output=True, check=False)
    found = collections.defaultdict(set)
    for line in done.stdout.decode('utf-8', 'replace').splitlines():
        r = json.loads(line)
        who = r['original_recipient'] or r['recipient'] or ''
        found[os.path.relpath(r['source'], folder)].add((r['kind'], who.lower(), r['type'] or '', r['subtype'] or ''))
    return found


def write(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)


def dressed(change, data):
    mail = email.message_from_bytes(data, policy=email.policy.compat32)
    try:
        return mail.as_bytes(policy=POLICY) if change(mail) else None
    except (UnicodeError, KeyError, LookupError, AttributeError, TypeError):
        return None  # the mail is stranger than this tool


def letters_of(make, data):
    mail = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = texts(mail)
    subject = ' '.join(str(mail.get('Subject', '')).split())
    return make(subject, body(parts[0]).decode('utf-8', 'replace')) if parts else None


def show(title, names, before, after):
    for name in names:
        print('  %s\n    %s\n    %s' % (name, sorted(before.get(name, title)), sorted(after[name])))


def main():
    program, folder = sys.argv[1:3]
    shown = sys.argv[4] if sys.argv[3:4] == ['--show'] else None
    mails = dict(mails_below(folder))
    before = classify(program, folder)
    bounces = [n for n in mails if any(kind == 'bounce' for kind, *_ in before[n])]
    for title, make in list(VARIANTS.items()) + list(LETTERS.items()):
        with tempfile.TemporaryDirectory() as made:
            is_letter = title in LETTERS
            names = []
            for name in bounces if is_letter else mails:
                data = (letters_of if is_letter else dressed)(make, mails[name])
                if data is not None:
                    write(made, name, data)
                    names.append(name)
            after = classify(program, made)
            if is_letter:
                wrong = [n for n in names if any(kind in ('bounce', 'delay') for kind, *_ in after[n])]
            else:
                wrong = [n for n in names if after[n] != before[n]]
            print('%-18s %5d mails, %4d %s' % (title, len(names), len(wrong), 'reported' if is_letter else 'changed'))
            if title == shown:
                show(title, wrong, before, after)


main()
