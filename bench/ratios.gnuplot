# gnuplot -e "input='ratios.dat'; output_file='ratios.svg'" ratios.gnuplot
# Bars of tenon's time divided by raw's, with the quartiles of the repetitions.
stats input using 2 nooutput
set terminal svg size 900,(80 + 16 * STATS_records) font "sans-serif,12"
set output output_file
set title "tenon's time as a multiple of the C API's by hand"
set style fill solid 0.6
set boxwidth 0.7
set key off
set grid x
set xrange [0:*]
set yrange [*:*] reverse
set arrow from 1, graph 0 to 1, graph 1 nohead lw 2 dt 2
set offsets 0, 0, 0.5, 0.5
plot input using ($2/2.0):0:($2/2.0):(0.35):ytic(1) with boxxyerror lc rgb "#4a7ebb", \
     input using 2:0:3:4 with xerrorbars lc rgb "#333333" pt 0
