;; The two loops that a decision on a new text spends most of its time in. Each does what its counterpart in TypeScript does, in the same order
;; and the same precision, so that results are equal to the bit; four and eight numbers at a time, and without a check of each index.
;; `test/kernels/compile-kernels.ts` makes compiled-kernels.ts of it.
(module
  (memory (import "own" "memory") 1)

  ;; Inner products of a query with `count` rows of doubles, one row after another: four partial sums, by the place in the row modulo 4, the rest
  ;; added to the first.
  (func (export "products") (param $query i32) (param $row i32) (param $count i32) (param $dimensions i32) (param $out i32)
    (local $rowBytes i32) (local $fours i32) (local $at i32) (local $end i32) (local $ab v128) (local $cd v128) (local $a f64)
    (local.set $rowBytes (i32.shl (local.get $dimensions) (i32.const 3)))
    (local.set $fours (i32.shl (i32.and (local.get $dimensions) (i32.const -4)) (i32.const 3)))
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 3))))
    (block $rowsDone
      (loop $rows
        (br_if $rowsDone (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $ab (v128.const f64x2 0 0))
        (local.set $cd (v128.const f64x2 0 0))
        (local.set $at (i32.const 0))
        (block $foursDone
          (loop $four
            (br_if $foursDone (i32.ge_u (local.get $at) (local.get $fours)))
            (local.set $ab (f64x2.add (local.get $ab) (f64x2.mul
              (v128.load (i32.add (local.get $query) (local.get $at)))
              (v128.load (i32.add (local.get $row) (local.get $at))))))
            (local.set $cd (f64x2.add (local.get $cd) (f64x2.mul
              (v128.load offset=16 (i32.add (local.get $query) (local.get $at)))
              (v128.load offset=16 (i32.add (local.get $row) (local.get $at))))))
            (local.set $at (i32.add (local.get $at) (i32.const 32)))
            (br $four)))
        (local.set $a (f64x2.extract_lane 0 (local.get $ab)))
        (block $restDone
          (loop $rest
            (br_if $restDone (i32.ge_u (local.get $at) (local.get $rowBytes)))
            (local.set $a (f64.add (local.get $a) (f64.mul
              (f64.load (i32.add (local.get $query) (local.get $at)))
              (f64.load (i32.add (local.get $row) (local.get $at))))))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br $rest)))
        (f64.store (local.get $out)
          (f64.add (f64.add (f64.add (local.get $a)
            (f64x2.extract_lane 1 (local.get $ab)))
            (f64x2.extract_lane 0 (local.get $cd)))
            (f64x2.extract_lane 1 (local.get $cd))))
        (local.set $out (i32.add (local.get $out) (i32.const 8)))
        (local.set $row (i32.add (local.get $row) (local.get $rowBytes)))
        (br $rows))))

  ;; Inner products of eight queries with each row, one sum each, from the first place to the last. Queries stand interleaved: all eight at
  ;; place 0, all eight at place 1. Eight results a row.
  (func (export "eightProducts") (param $queries i32) (param $row i32) (param $count i32) (param $dimensions i32) (param $out i32)
    (local $rowEnd i32) (local $query i32) (local $end i32) (local $value v128) (local $d01 v128) (local $d23 v128) (local $d45 v128) (local $d67 v128)
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 6))))
    (block $rowsDone
      (loop $rows
        (br_if $rowsDone (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $d01 (v128.const f64x2 0 0))
        (local.set $d23 (v128.const f64x2 0 0))
        (local.set $d45 (v128.const f64x2 0 0))
        (local.set $d67 (v128.const f64x2 0 0))
        (local.set $query (local.get $queries))
        (local.set $rowEnd (i32.add (local.get $row) (i32.shl (local.get $dimensions) (i32.const 3))))
        (block $placesDone
          (loop $place
            (br_if $placesDone (i32.ge_u (local.get $row) (local.get $rowEnd)))
            (local.set $value (v128.load64_splat (local.get $row)))
            (local.set $d01 (f64x2.add (local.get $d01) (f64x2.mul (local.get $value) (v128.load (local.get $query)))))
            (local.set $d23 (f64x2.add (local.get $d23) (f64x2.mul (local.get $value) (v128.load offset=16 (local.get $query)))))
            (local.set $d45 (f64x2.add (local.get $d45) (f64x2.mul (local.get $value) (v128.load offset=32 (local.get $query)))))
            (local.set $d67 (f64x2.add (local.get $d67) (f64x2.mul (local.get $value) (v128.load offset=48 (local.get $query)))))
            (local.set $row (i32.add (local.get $row) (i32.const 8)))
            (local.set $query (i32.add (local.get $query) (i32.const 64)))
            (br $place)))
        (v128.store (local.get $out) (local.get $d01))
        (v128.store offset=16 (local.get $out) (local.get $d23))
        (v128.store offset=32 (local.get $out) (local.get $d45))
        (v128.store offset=48 (local.get $out) (local.get $d67))
        (local.set $out (i32.add (local.get $out) (i32.const 64)))
        (br $rows))))

  ;; Adds rows of 8-bit codes, each by a factor of its own, to one row of floats: in double precision, rounded to single at each row. `columns` (32-bit)
  ;; and `factors` (double) have one entry a row that is added; `size`, of a row, is a multiple of 4.
  (func (export "addRows") (param $codes i32) (param $size i32) (param $columns i32) (param $factors i32) (param $count i32) (param $sum i32)
    (local $end i32) (local $code i32) (local $codeEnd i32) (local $target i32) (local $factor v128) (local $four v128) (local $own v128)
    (local.set $end (i32.add (local.get $columns) (i32.shl (local.get $count) (i32.const 2))))
    (block $rowsDone
      (loop $rows
        (br_if $rowsDone (i32.ge_u (local.get $columns) (local.get $end)))
        (local.set $factor (v128.load64_splat (local.get $factors)))
        (local.set $code (i32.add (local.get $codes) (i32.mul (i32.load (local.get $columns)) (local.get $size))))
        (local.set $codeEnd (i32.add (local.get $code) (local.get $size)))
        (local.set $target (local.get $sum))
        (block $placesDone
          (loop $places
            (br_if $placesDone (i32.ge_u (local.get $code) (local.get $codeEnd)))
            (local.set $four (i32x4.extend_low_i16x8_s (i16x8.extend_low_i8x16_s (v128.load32_zero (local.get $code)))))
            (local.set $own (v128.load (local.get $target)))
            (v128.store (local.get $target)
              (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
                (f32x4.demote_f64x2_zero (f64x2.add
                  (f64x2.promote_low_f32x4 (local.get $own))
                  (f64x2.mul (local.get $factor) (f64x2.convert_low_i32x4_s (local.get $four)))))
                (f32x4.demote_f64x2_zero (f64x2.add
                  (f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $own) (local.get $own)))
                  (f64x2.mul (local.get $factor) (f64x2.convert_low_i32x4_s
                    (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $four) (local.get $four))))))))
            (local.set $code (i32.add (local.get $code) (i32.const 4)))
            (local.set $target (i32.add (local.get $target) (i32.const 16)))
            (br $places)))
        (local.set $columns (i32.add (local.get $columns) (i32.const 4)))
        (local.set $factors (i32.add (local.get $factors) (i32.const 8)))
        (br $rows)))))
