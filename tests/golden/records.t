#!/bin/bash
# SPDX-License-Identifier: MIT
exec "$(dirname "$0")/records.sh"
