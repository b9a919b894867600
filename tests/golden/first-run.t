#!/bin/bash
# SPDX-License-Identifier: MIT
cd "$(dirname "$0")/../.." && exec tests/golden/first-run.sh README.md
