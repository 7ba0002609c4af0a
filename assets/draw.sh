#!/bin/sh
# Draws the PNGs of the tray and the app from their SVGs; needs rsvg-convert (Debian: librsvg2-bin).
cd "$(dirname "$0")" || exit 1
for state in well attention working none; do
  for size in 16 22 32; do
    rsvg-convert -w "$size" -h "$size" "tray-$state.svg" -o "tray-$state-$size.png" || exit 1
  done
done
rsvg-convert -w 512 -h 512 ../renderer/icon.svg -o icon.png
