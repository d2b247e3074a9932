/** NYU Depth v2 scene types, in the order of the rows of VPD's depth `class_embeddings`, in the original spelling. */
export const NYU_SCENES: readonly string[] = (
  'printer_room bathroom living_room study conference_room study_room kitchen home_office bedroom dinette playroom indoor_balcony ' +
  'laundry_room basement excercise_room foyer home_storage cafe furniture_store office_kitchen student_lounge dining_room ' +
  'reception_room computer_lab classroom office bookstore'
).split(' ');
